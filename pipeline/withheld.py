"""A report and the alarms about its reader in, the same with its negatives held out.

Where a reader drifts, what it saw still counts, and what it did not see proves nothing: the hold
stands on the report as a notice, and `opinions` takes every negative under it for not firm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Marker, Notice, Report, ReportResult

HELD = "negatives_held"
"""The code of the notice; with the name of a marker behind it where only that one is held."""


@dataclass(frozen=True, kw_only=True)
class HeldNegatives:
    """The negatives of a report that prove nothing for now; *marker* None: all of them."""

    sha256: str
    marker: Marker | None
    sentence: str


def under_holds(
    results: Iterable[ReportResult], holds: Sequence[HeldNegatives]
) -> tuple[ReportResult, ...]:
    """The same results, each with a notice for what is held of it."""
    return tuple(
        _under(each, [one for one in holds if one.sha256 == each.report.sha256]) for each in results
    )


def why_held(marker: Marker, report: Report) -> tuple[Notice, ...]:
    """Why a negative of this report on *marker* proves nothing; () where nothing holds it."""
    codes = {_code(None), _code(marker)}
    return tuple(each for each in report.notices if each.code in codes)


def _under(result: ReportResult, holds: Iterable[HeldNegatives]) -> ReportResult:
    told = dict.fromkeys(Notice(code=_code(each.marker), message=each.sentence) for each in holds)
    if not told:
        return result
    report = replace(result.report, notices=(*result.report.notices, *told))
    return replace(result, report=report)


def _code(marker: Marker | None) -> str:
    return HELD if marker is None else f"{HELD}_{marker.value.lower()}"
