"""Coding sequences of the panel genes: a genomic position in, a coding base out, on both builds.

Exons and sequences come from `data/transcripts.csv`. A base that no source gave is N there, and
stays N: whoever translates it must refuse.
"""

from dataclasses import dataclass
from functools import cache

from pipeline.model import Assembly
from pipeline.tables import packaged, rows

_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def reverse_complement(bases: str) -> str:
    """The other strand, read in its own direction."""
    return bases.translate(_COMPLEMENT)[::-1]


@dataclass(frozen=True, kw_only=True)
class Exon:
    """The coding part of one exon: genomic *start* to *end*, 1-based and inclusive.

    *before* coding bases of the transcript lie in earlier exons.
    """

    start: int
    end: int
    before: int


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A coding sequence and where its exons lie on each build; exons in transcript order."""

    gene: str
    accession: str
    ensembl: str
    is_primary: bool
    chromosome: str
    forward: bool
    coding: str
    exons: dict[Assembly, tuple[Exon, ...]]

    def exon_of(self, assembly: Assembly, start: int, end: int) -> Exon | None:
        """The exon that holds all coding bases of *start* to *end*; None if there is none."""
        exons = self.exons[assembly]
        return next((exon for exon in exons if exon.start <= start and end <= exon.end), None)

    def touches(self, assembly: Assembly, start: int, end: int) -> bool:
        """True if any coding base lies in *start* to *end*."""
        return any(exon.start <= end and start <= exon.end for exon in self.exons[assembly])

    def near_splice_site(self, assembly: Assembly, start: int, end: int) -> bool:
        """True if *start* to *end* touches the two bases beside a coding exon."""
        exons = self.exons[assembly]
        return any(exon.start - 2 <= end and start <= exon.end + 2 for exon in exons)

    def offset(self, exon: Exon, position: int) -> int:
        """How many coding bases of the transcript lie before the base at *position*."""
        return exon.before + (position - exon.start if self.forward else exon.end - position)

    def coding_before(self, assembly: Assembly, position: int) -> int:
        """How many coding bases lie upstream of a genomic position, introns included."""
        count = 0
        for exon in self.exons[assembly]:
            inside = position - exon.start if self.forward else exon.end - position
            count += max(0, min(inside, exon.end - exon.start + 1))
        return count


@cache
def transcripts() -> dict[str, tuple[Transcript, ...]]:
    """All transcripts by gene symbol, the one we report on first."""
    found: dict[str, tuple[Transcript, ...]] = {}
    for row in rows(packaged("pipeline", "transcripts.csv")):
        if row["cds"]:
            known = found.get(row["gene"], ())
            found[row["gene"]] = (*known, _transcript(row, is_primary=not known))
    return found


def _transcript(row: dict[str, str], *, is_primary: bool) -> Transcript:
    builds = {Assembly.GRCH37: "cds_exons_grch37", Assembly.GRCH38: "cds_exons_grch38"}
    return Transcript(
        gene=row["gene"],
        accession=row["transcript"],
        ensembl=row["ensembl"],
        is_primary=is_primary,
        chromosome=row["chromosome"],
        forward=row["strand"] == "+",
        coding=row["cds"],
        exons={assembly: _exons(row[column]) for assembly, column in builds.items()},
    )


def _exons(cell: str) -> tuple[Exon, ...]:
    found: list[Exon] = []
    before = 0
    for part in cell.split(";"):
        start, end = (int(bound) for bound in part.split("-"))
        found.append(Exon(start=start, end=end, before=before))
        before += end - start + 1
    return tuple(found)


@cache
def reference_bases(assembly: Assembly) -> dict[tuple[str, int], str]:
    """The reference base of every coding position we know: (chromosome, position) to base."""
    known: dict[tuple[str, int], str] = {}
    for models in transcripts().values():
        for transcript in models:
            for exon in transcript.exons[assembly]:
                known.update(_bases(transcript, exon))
    return known


def _bases(transcript: Transcript, exon: Exon) -> dict[tuple[str, int], str]:
    length = exon.end - exon.start + 1
    coding = transcript.coding[exon.before : exon.before + length]
    forward = coding if transcript.forward else reverse_complement(coding)
    places = enumerate(forward, start=exon.start)
    return {(transcript.chromosome, place): base for place, base in places if base != "N"}
