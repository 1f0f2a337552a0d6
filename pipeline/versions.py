"""The reports of one patient in, those that count out, and which later version replaced which.

Versions share an order: laboratory, assay and accession. An amended report replaces what it
speaks of again, and so does one that failed; a later number alone replaces only what it repeats
in full, for an addendum adds. The set that counts does not depend on the order of arrival.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.model import Basis, Marker, Notice, Report, ReportResult, ReportStatus, Status
from pipeline.patient import SupersededReport, Unsaid
from pipeline.specimens import accession_of

_CLAIMS = frozenset({Status.DETECTED, Status.INDETERMINATE})


# Of each report, by hash: the earlier versions of its order.
_Elders = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The reports that count, and the versions that a later one replaces.

    *elders* are the earlier versions of each report, by hash, the replaced ones too.
    """

    current: tuple[ReportResult, ...]
    superseded: tuple[SupersededReport, ...]
    notices: tuple[Notice, ...]
    elders: Mapping[str, frozenset[str]]

    def silence_counts(self, marker: Marker, result: ReportResult) -> bool:
        """Whether the silence of this report means what its assay's silence means.

        Not where another version of its order speaks of the marker, and not in an addendum,
        which does not repeat what the report before it looked at.
        """
        own = self.elders[result.report.sha256]
        for each in self.current:
            if each.report.sha256 in own:
                return False
            if result.report.sha256 in self.elders[each.report.sha256] and marker in _said(each):
                return False
        return True


def versions(results: Sequence[ReportResult]) -> Versions:
    """Each file once, and no version that a later one replaces."""
    once = list({each.report.sha256: each for each in results}.values())
    elders = _elders([each.report for each in once])
    heirs = {old.report.sha256: [n for n in once if _replaces(n, old, elders)] for old in once}
    current = tuple(each for each in once if not heirs[each.report.sha256])
    old = sorted((each for each in once if heirs[each.report.sha256]), key=_lateness)
    superseded = tuple(_superseded(each, _governing(each, heirs)) for each in old)
    return Versions(
        current=current,
        superseded=superseded,
        notices=(*_about(superseded), *_about_additions(current, elders)),
        elders=elders,
    )


def _governing(old: ReportResult, heirs: Mapping[str, Sequence[ReportResult]]) -> ReportResult:
    """The version at the end of the chain that begins with *old*; of several the latest."""
    ends = (_governing(new, heirs) for new in heirs[old.report.sha256])
    return max(ends, key=_lateness, default=old)


def _lateness(result: ReportResult) -> tuple[int, date, str]:
    report = result.report
    return report.version, report.reported or date.min, report.sha256


def _replaces(newer: ReportResult, older: ReportResult, elders: _Elders) -> bool:
    """Whether the later version takes the place of the earlier, or stands beside it."""
    if older.report.sha256 not in elders[newer.report.sha256]:
        return False
    new, old = _said(newer), _said(older)
    failed = ReportStatus.FAILED in {newer.report.status, older.report.status}
    repeats = old <= new and _assessed(older) <= _assessed(newer)
    amended = _amends(newer.report) and bool(old) and (bool(old & new) or not new)
    return failed or repeats or amended


def _elders(reports: Sequence[Report]) -> dict[str, frozenset[str]]:
    orders: defaultdict[tuple[object, ...] | None, list[Report]] = defaultdict(list)
    for each in reports:
        orders[_order(each)].append(each)
    older: dict[str, frozenset[str]] = dict.fromkeys((r.sha256 for r in reports), frozenset())
    for order, same in orders.items():
        if order is not None:
            by_day = _days_decide(same)
            for new in same:
                before = (old for old in same if _follows(new, old, by_day=by_day))
                older[new.sha256] = frozenset(old.sha256 for old in before)
    return older


def _follows(new: Report, old: Report, *, by_day: bool) -> bool:
    """Whether one version of an order comes after the other; False where nothing says so."""
    rank, other = (new.version, _amends(new)), (old.version, _amends(old))
    later_day = bool(new.reported and old.reported and new.reported > old.reported)
    if rank == other:
        repeated = old.status is ReportStatus.FAILED and new.status is not ReportStatus.FAILED
        return later_day and (_amends(new) or repeated)
    if by_day:
        return later_day or (new.reported == old.reported and rank > other)
    if _is_unnumbered(new) != _is_unnumbered(old) and max(new.version, old.version) > 1:
        return False
    return rank > other


def _days_decide(order: Iterable[Report]) -> bool:
    """True if an amendment without a number stands among numbered versions, and the days tell.

    They do if all are known and do not contradict the numbers.
    """
    each = list(order)
    numbered = [report for report in each if not _is_unnumbered(report)]
    mixed = len(numbered) < len(each) and any(report.version > 1 for report in numbered)
    # Days that rise with the numbers are in the order of both.
    days = [day for _, day in sorted((r.version, r.reported or date.min) for r in numbered)]
    return mixed and all(report.reported for report in each) and days == sorted(days)


def _amends(report: Report) -> bool:
    """True if the report says that it amends another, or holds the one it amends."""
    return report.status is ReportStatus.AMENDED or bool(report.superseded)


def _is_unnumbered(report: Report) -> bool:
    """An amendment is never the first version: it did not print its number."""
    return _amends(report) and report.version == 1


def _order(report: Report) -> tuple[object, ...] | None:
    accession = accession_of(report)
    if accession is None or not report.status.is_read:
        return None
    return report.kind, report.vendor, report.assay, accession


def _said(result: ReportResult) -> set[Marker]:
    """The markers of which the report itself prints a result."""
    return {
        marker for marker in _assessed(result) if result.markers[marker].basis is Basis.EXPLICIT
    }


def _assessed(result: ReportResult) -> set[Marker]:
    states = result.markers.items()
    return {marker for marker, each in states if each.status is not Status.NOT_ASSESSED}


def _superseded(older: ReportResult, newer: ReportResult) -> SupersededReport:
    old, new = older.report, newer.report
    unsaid = _said(older) - _said(newer)
    lost = (older.markers[marker] for marker in Marker if marker in unsaid)
    return SupersededReport(
        sha256=old.sha256,
        file=old.file,
        status=old.status,
        version=old.version,
        reported=old.reported,
        by_sha256=new.sha256,
        by_version=new.version,
        by_status=new.status,
        unsaid=tuple(
            Unsaid(marker=each.marker, status=each.status, detail=each.detail)
            for each in lost
            if each.status in _CLAIMS
        ),
    )


def _about(superseded: Iterable[SupersededReport]) -> Iterable[Notice]:
    for each in superseded:
        old = _name(each.version, each.status, each.sha256)
        new = _name(each.by_version, each.by_status, each.by_sha256)
        yield Notice(code="superseded", message=f"{old} is superseded by {new}")
        for lost in each.unsaid:
            told = f"{lost.marker.label}: the superseded {old} said {lost.detail}; {new} is silent"
            yield Notice(code="unsaid_by_later_version", message=told)


def _about_additions(current: Sequence[ReportResult], elders: _Elders) -> Iterable[Notice]:
    for newer in current:
        for older in current:
            if older.report.sha256 in elders[newer.report.sha256]:
                new, old = _called(newer.report), _called(older.report)
                yield Notice(
                    code="version_adds", message=f"{new} does not repeat {old}: both count"
                )


def _called(report: Report) -> str:
    return _name(report.version, report.status, report.sha256)


def _name(version: int, status: ReportStatus, sha256: str) -> str:
    if status is ReportStatus.AMENDED and version == 1:
        # An amendment is never the first version: it did not print its number.
        return f"amended version (report {sha256[:12]})"
    return f"version {version} ({status.value}, report {sha256[:12]})"
