"""Two reports that differ on one alteration in, the likely causes in words out.

Only what the reports themselves state: the scope and the limits of an assay, the material, the
tumour content, the days, the spelling. No cause decides who is right.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.hgvs import protein
from pipeline.isoforms import accession
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    CopyNumber,
    Coverage,
    Finding,
    Fusion,
    Report,
    ReportStatus,
    Significance,
    Status,
)
from pipeline.opinions import Opinion, analytes

_QUIET = frozenset({Significance.VUS, Significance.BENIGN})
_OFTEN_LEFT_OUT = frozenset({AlterationClass.FUSION, AlterationClass.AMPLIFICATION})
_SCOPED = _OFTEN_LEFT_OUT | {AlterationClass.MUTATION}


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why two reports may differ: a code for machines and a sentence for people."""

    code: str
    sentence: str


def of_wording(named: Sequence[Finding]) -> Iterator[Cause]:
    """How findings that are one alteration are spelt, numbered and classified differently."""
    seen = [one for each in named for one in each.observations]
    for code, words, told in (
        ("alias", [each.gene for each in seen], "printed as"),
        ("numbering", [protein(each.alteration or "") for each in seen], "numbered as"),
        (
            "transcript",
            [accession(each.transcript) for each in seen if each.transcript],
            "named on",
        ),
        ("classification", [_class(each) for each in named], "classified as"),
    ):
        apart = list(dict.fromkeys(word for word in words if word))
        if len(apart) > 1:
            yield Cause(code=code, sentence=f"{told} {' and as '.join(apart)}")
    fusions = [each.biomarker for each in named if isinstance(each.biomarker, Fusion)]
    known = {None not in {each.five_prime, each.three_prime} for each in fusions}
    if len(known) > 1:
        yield Cause(code="partner_unknown", sentence="one report does not name the partner")


def _class(finding: Finding) -> str | None:
    """Only what divides: unknown or harmless on one side, pathogenic on the other."""
    if finding.significance is Significance.UNKNOWN:
        return None
    return finding.significance.value if finding.significance in _QUIET else "pathogenic"


def of_silence(named: Finding | None, other: Opinion, found: Finding | None) -> Iterator[Cause]:
    """Why *other* does not say what *named* says: its scope, its limits, its specimen.

    *found* is what it says of the same alteration, if it names it.
    """
    who, own = _who(other.report), _own(other)
    if other.report.status is ReportStatus.FAILED:
        yield Cause(code="failed", sentence=f"{who}: the test failed")
        return
    if found is not None or _is_open(other):
        yield from _left_open(other, found, who)
    elif other.state.status is Status.DETECTED:
        told = f"{who} names another alteration of this marker: {other.state.detail}"
        yield Cause(code="other_alteration", sentence=told)
    elif other.state.status is Status.NOT_ASSESSED and other.state.basis is Basis.EXPLICIT:
        yield Cause(code="not_evaluable", sentence=f"{who}: {other.state.detail}")
    elif other.state.basis is not Basis.EXPLICIT:
        yield from _not_looked_at(other, own, named, who)
    yield from _below_limits(named, own, who)
    for weak in other.weak:
        if weak.code not in {"plasma", "dna_only"}:
            yield Cause(code=weak.code, sentence=f"{who}: {weak.message}")


def _not_looked_at(
    other: Opinion, own: Sequence[Coverage], named: Finding | None, who: str
) -> Iterator[Cause]:
    kind = other.state.marker.alteration_class
    if kind not in _SCOPED:
        yield Cause(code="not_reported", sentence=f"{who} prints no result of this kind")
    elif not own and other.report.covered:
        yield Cause(code="not_covered", sentence=f"{who} does not look at it")
    elif not own:
        yield Cause(code="scope_unknown", sentence=f"what {who} looks at is not stated")
    elif not other.report.completeness.proven:
        yield Cause(code="incomplete", sentence=f"{who} is not proven to be complete")
    elif named is not None and named.significance in _QUIET:
        told = f"{who}: variants of unknown significance are often not listed"
        yield Cause(code="not_listed", sentence=told)
    elif kind in _OFTEN_LEFT_OUT and other.state.status is Status.NOT_DETECTED:
        told = f"{who} is silent, and files often leave out fusions and copy numbers"
        yield Cause(code="often_left_out", sentence=told)


def _is_open(other: Opinion) -> bool:
    return other.state.status is Status.INDETERMINATE and other.state.basis is Basis.EXPLICIT


def _left_open(other: Opinion, found: Finding | None, who: str) -> Iterator[Cause]:
    """The other report saw something of it and leaves it open: a filter, a doubt, a grade."""
    if found is not None and found.status is Status.DETECTED:
        return
    seen = found.observations if found else ()
    notes = [each.note for each in seen if each.note and each.source.line is not None]
    filtered = any("FILTER" in note for note in notes)
    detail = found.detail if found else other.state.detail
    yield Cause(code="filtered" if filtered else "left_open", sentence=f"{who}: {detail}")


def _below_limits(named: Finding | None, own: Iterable[Coverage], who: str) -> Iterator[Cause]:
    if named is None:
        return
    vafs = [each.vaf for each in named.observations if each.vaf is not None]
    limits = [each.vaf_lod for each in own if each.vaf_lod is not None]
    if vafs and limits and min(vafs) < max(limits):
        told = f"a VAF of {min(vafs):.1%} is below the limit of {max(limits):.1%} of {who}"
        yield Cause(code="below_vaf_limit", sentence=told)
    known = named.biomarker
    cutoffs = [each.amplification_copies for each in own if each.amplification_copies is not None]
    copies = known.copies if isinstance(known, CopyNumber) else None
    if copies is not None and cutoffs and copies < max(cutoffs):
        told = f"{copies:g} copies are below the cut-off of {max(cutoffs):g} of {who}"
        yield Cause(code="below_copies", sentence=told)


def of_difference(one: Opinion, other: Opinion, therapy_end: date | None) -> Iterator[Cause]:
    """How the two differ in material, specimen and time."""
    who, than = _who(one.report), _who(other.report)
    mine, yours = _material(one), _material(other)
    if Analyte.CFDNA in {mine, yours} and None not in {mine, yours} and mine is not yours:
        plasma, tissue = (who, than) if mine is Analyte.CFDNA else (than, who)
        told = f"{plasma} examined plasma, {tissue} tissue"
        yield Cause(code="plasma_tissue", sentence=told)
    elif {mine, yours} == {Analyte.DNA, Analyte.RNA}:
        rna, dna = (who, than) if mine is Analyte.RNA else (than, who)
        yield Cause(code="dna_rna", sentence=f"{rna} examined RNA, {dna} DNA only")
    elif one.label != other.label:
        told = f"another specimen: {one.label} and {other.label}"
        if _collected(one) is not None and _collected(one) == _collected(other):
            told = f"named {one.label} and {other.label}, of one day: perhaps one specimen"
        yield Cause(code="other_specimen", sentence=told)
    yield from _timing(one, other, therapy_end)
    yield from _later_version(one.report, other.report)


def _timing(one: Opinion, other: Opinion, therapy_end: date | None) -> Iterator[Cause]:
    known = sorted(day for day in map(_collected, (one, other)) if day is not None)
    if len(known) < 2 or known[0] == known[1]:
        return
    first, last = known
    told = f"collected on {first.isoformat()} and {(last - first).days} day(s) later"
    if therapy_end is not None and first <= therapy_end < last:
        told += f", with targeted therapy that ended on {therapy_end.isoformat()} in between"
    yield Cause(code="timing", sentence=told)


def _collected(opinion: Opinion) -> date | None:
    return opinion.specimen.collected if opinion.specimen else None


def _later_version(one: Report, other: Report) -> Iterator[Cause]:
    amended = {each.status is ReportStatus.AMENDED for each in (one, other)}
    if amended == {True, False}:
        told = "one of the two is an amended report; the other may rest on what was corrected"
        yield Cause(code="amended", sentence=told)


def _material(opinion: Opinion) -> Analyte | None:
    """What was examined: by the finding, else by the assay's scope, else by the specimen."""
    told = analytes(opinion) - {None}
    told = told or {each.analyte for each in _own(opinion)}
    if opinion.specimen is not None and opinion.specimen.analyte is Analyte.CFDNA:
        return Analyte.CFDNA
    if len(told) == 1:
        return told.pop()
    return opinion.specimen.analyte if opinion.specimen else None


def _own(opinion: Opinion) -> list[Coverage]:
    marker = opinion.state.marker
    return [each for each in opinion.report.covered if each.marker is marker]


def _who(report: Report) -> str:
    """The report in a few words: its laboratory and test, else its file."""
    named = " ".join(filter(None, (report.vendor, report.assay)))
    return f"{named} ({report.kind.value})" if named else report.file
