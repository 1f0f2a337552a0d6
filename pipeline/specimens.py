"""Specimens of reports in, which are the same piece of tissue (and which one a name means) out.

Two names are one specimen if they are equal, or if their reports share an accession, hold one
specimen each, and neither the kind of material nor the day of collection tells them apart. A VCF
calls its specimen by a sample name, a PDF by a block number. A specimen that nothing names could
be any: it is compared with the others as if it were the same, so that a contradiction shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Analyte, Finding, Report, Specimen

NOT_NAMED = "(not named)"


@dataclass(frozen=True, kw_only=True)
class Specimens:
    """The names that mean one specimen, by file hash and name as printed."""

    labels: dict[tuple[str, str | None], str]

    def label(self, report: Report, name: str | None) -> str:
        """The one name of a specimen over all reports of the case."""
        return self.labels.get((report.sha256, name), name or NOT_NAMED)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A specimen as one report has it; *alone* if the report holds no other."""

    report: Report
    specimen: Specimen
    alone: bool


def only_name(report: Report) -> str | None:
    """The name of the report's specimen, if it has one and only one name."""
    names = {each.id for each in report.specimens}
    return names.pop() if len(names) == 1 else None


def specimen_of(
    report: Report, name: str | None, behind: Iterable[Finding] = ()
) -> Specimen | None:
    """The specimen of this name (None: the only one), examined as the findings *behind* say.

    Of several entries for one name the one that was examined counts, else the poorest: a result
    is not adequate because another test on the same tissue was.
    """
    analytes = {seen.analyte for each in behind for seen in each.observations} - {None}
    named = [each for each in report.specimens if name in {None, each.id}]
    if len({each.id for each in named}) > 1:
        named = []
    examined = [each for each in named if each.analyte in analytes] or named
    chosen = min(examined, key=_content) if examined else Specimen(id=name)
    if analytes == {Analyte.CFDNA}:
        chosen = replace(chosen, analyte=Analyte.CFDNA)
    return chosen if chosen != Specimen(id=name) or examined else None


def _content(specimen: Specimen) -> float:
    return 100.0 if specimen.tumour_percent is None else specimen.tumour_percent


def specimens_of(reports: Sequence[Report]) -> Specimens:
    """One label for each specimen: the name that the first report gives it."""
    labels: dict[tuple[str, str | None], str] = {}
    known: dict[str, list[_Seen]] = {}
    for seen in _all_seen(reports):
        same = next((label for label, bearers in known.items() if _bears(seen, bearers)), None)
        label = same or _fresh(seen, known)
        known.setdefault(label, []).append(seen)
        labels[seen.report.sha256, seen.specimen.id] = label
        if seen.alone:
            labels[seen.report.sha256, None] = label
    return Specimens(labels=labels)


def _bears(seen: _Seen, bearers: Sequence[_Seen]) -> bool:
    """Whether this is the specimen of one of them, and nothing tells it apart from another."""
    apart = any(_told_apart(seen.specimen, each.specimen) for each in bearers)
    return not apart and any(_is_same(seen, each) for each in bearers)


def _fresh(seen: _Seen, known: Mapping[str, Sequence[_Seen]]) -> str:
    """The printed name, with what tells it apart from another specimen of that name."""
    name = seen.specimen.id or NOT_NAMED
    if name not in known:
        return name
    order = seen.report.accession or seen.report.identity.accession
    if order and _is_letter(name) and f"{order} {name}" not in known:
        return f"{order} {name}"
    if not any(_told_apart(seen.specimen, each.specimen) for each in known[name]):
        return name
    material = "plasma" if seen.specimen.analyte is Analyte.CFDNA else "specimen"
    day = seen.specimen.collected
    named = f"{seen.specimen.id} ({material})" if seen.specimen.id and not day else None
    said = named or seen.specimen.id or material
    return f"{said} of {day.isoformat()}" if day else said


def _all_seen(reports: Sequence[Report]) -> list[_Seen]:
    """Every specimen of every report; a report without one has one that is not named."""
    return [
        _Seen(report=report, specimen=specimen, alone=len({s.id for s in report.specimens}) < 2)
        for report in reports
        for specimen in (report.specimens or (Specimen(),))
    ]


def _is_same(one: _Seen, other: _Seen) -> bool:
    if _told_apart(one.specimen, other.specimen):
        return False
    names = one.specimen.id, other.specimen.id
    if None not in names and _plain(names[0]) == _plain(names[1]):
        return not _is_letter(names[0]) or _one_order(one.report, other.report)
    if not (one.alone and other.alone):
        return False
    accessions = accession_of(one.report), accession_of(other.report)
    if None in accessions:
        return None in names
    return accessions[0] == accessions[1]


def _is_letter(name: str | None) -> bool:
    """True for "A": a name within one order, and in every order."""
    return name is not None and len(name.strip()) == 1


def _one_order(one: Report, other: Report) -> bool:
    """True unless the two reports are known to be of different orders."""
    orders = {accession_of(one), accession_of(other)}
    return None in orders or len(orders) == 1


def _told_apart(one: Specimen, other: Specimen) -> bool:
    plasma = Analyte.CFDNA in {one.analyte, other.analyte} and one.analyte is not other.analyte
    days = one.collected, other.collected
    return plasma or (None not in days and days[0] != days[1])


def accession_of(report: Report) -> str | None:
    """The number of the order, however its letters and blanks are printed."""
    return _plain(report.accession or report.identity.accession)


def _plain(text: str | None) -> str | None:
    return "".join(text.casefold().split()) if text else None
