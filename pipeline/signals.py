"""One report in, what it says of its reader and its assay out: numbers, sections, no patient."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model import FileKind, Layout, Marker, Report, ReportResult, ReportStatus, Status

UNREAD = "unread"
"""The reader of a file that nobody could read."""

BY_HAND = "by_hand"
"""The reader of a hand-written table: people drift otherwise."""

_NO_RESULT = frozenset({ReportStatus.FAILED})


@dataclass(frozen=True, kw_only=True)
class Signal:
    """What one report says of how it was read.

    *findings* counts alterations that were seen, of any significance; *vafs* are fractions.
    *result* is False where the report tells no result: it failed, or was not read.
    """

    report_id: str
    reader: str
    version: str
    assay: str | None
    status: ReportStatus
    findings: int
    markers: Mapping[Marker, Status]
    vafs: tuple[float, ...]
    layout: Layout | None = None

    @property
    def result(self) -> bool:
        """Whether the report tells results that can be counted."""
        if self.reader in {UNREAD, BY_HAND}:
            return False
        return self.status.is_read and self.status not in _NO_RESULT

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings that open its sections; () where it has no layout."""
        return self.layout.sections if self.layout else ()


def signal_of(report_id: str, result: ReportResult) -> Signal:
    """The signal of a stored report."""
    report = result.report
    reader, version = _reader(result)
    seen = [each for each in result.findings if each.status is Status.DETECTED]
    fractions = (one.vaf for each in seen for one in each.observations if one.vaf is not None)
    return Signal(
        report_id=report_id,
        reader=reader,
        version=version,
        assay=" ".join(each for each in (report.assay, report.assay_version) if each) or None,
        status=report.status,
        findings=len(seen),
        markers={marker: result.markers[marker].status for marker in Marker},
        vafs=tuple(fractions),
        layout=report.layout,
    )


def _reader(result: ReportResult) -> tuple[str, str]:
    """Name and version of what read the report; from its findings where it is an earlier one."""
    if result.report.kind is FileKind.TABLE:
        return BY_HAND, ""
    told = result.report.reader or _signed(result.report, result)
    name, _, version = (told or UNREAD).rpartition(" ")
    return (name, version) if name else (version, "")


def _signed(report: Report, result: ReportResult) -> str | None:
    if not report.status.is_read:
        return None
    sources = (one.source for each in result.findings for one in each.observations)
    return next((each.reader for each in sources), report.kind.value)
