"""A genome build: what a file says of its reference in, GRCh37 or GRCh38 with its evidence out.

Nothing is guessed (rule R62). Contig lengths come first, then what the header or the manifest
declares, then known alleles whose reference base fits one build only. Contradiction or no
evidence holds the file. Lengths, accessions and gene spans stand in `data/contigs.csv` and
`data/loci.csv`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipeline.errors import HeldError
from pipeline.model import Assembly, Notice
from pipeline.tables import packaged, rows

# Short words need edges: a path may hold a hexadecimal name with b37 in it.
_GRCH37 = re.compile(
    r"grch37|hg[-_]?19(?!\d)|hs37d?5?|(?<![a-z\d])[bv]37(?![a-z\d])"
    r"|build[-_]?37|assembly19|broad19",
    re.IGNORECASE,
)
_GRCH38 = re.compile(
    r"grch38|hg[-_]?38(?!\d)|hs38|(?<![a-z\d])[bv]38(?![a-z\d])"
    r"|build[-_]?38|assembly38",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"ncbi[-_]?36|hg[-_]?1[678](?!\d)|(?<![a-z\d])b36(?![a-z\d])|build[-_]?36"
    r"|t2t|chm13|grcm\d|(?<![a-z\d])mm(?:9|10|39)(?![a-z\d])",
    re.IGNORECASE,
)


_BESIDE = re.compile(
    r"(?:chr)?un_\w+|(?:chr)?(?:\d{1,2}|[xy])_\w+_?(?:alt|random|fix|decoy|hap\d+)(?:_\w+)?"
    r"|(?:chr)?(?:gl|ki|kq|kn|kv|kz|jh|ml|mu)\d{6}(?:[.v]\d+)?|n[tw]_\d+(?:\.\d+)?"
    r"|nc_012920(?:\.\d+)?|nc_007605(?:\.\d+)?|(?:chr)?ebv|hs3[78]d\d*|hla[-_*].+|phix\w*"
    r"|(?:chr_?)?hs?chr\w+|(?:chr_?)?hg\d+_\w+",
    re.IGNORECASE,
)
"""Contigs beside the chromosomes: alternate, unplaced, patches, decoys, HLA, virus, control."""


MIXED = "build_mixed"
"""Code of the notice that rows of another build may stand in the file."""

_PROVEN, _APART = 3, 2
"""Rows on coding bases of a build, for each known allele and each such row of the other."""


class BuildBasis(StrEnum):
    """What a decision about the build rests on."""

    CONTIGS = "contig lengths"
    DECLARED = "the reference named in the header or the manifest"
    ALLELES = "known alleles"


@dataclass(frozen=True, kw_only=True)
class BuildEvidence:
    """What a file tells of its build.

    *lengths* pairs contig names with lengths (0 where a name alone says enough); *declared* are
    texts that name a reference; *alleles* are the builds that known alleles of the file fit;
    *bases* holds a build for every row that has its coding reference bases.
    """

    lengths: tuple[tuple[str, int], ...] = ()
    declared: tuple[str, ...] = ()
    alleles: tuple[Assembly, ...] = ()
    bases: tuple[Assembly, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Build:
    """A decided build, why, and the warning that goes with it."""

    assembly: Assembly
    basis: BuildBasis
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Locus:
    """Where a gene lies on one build, 1-based and inclusive."""

    gene: str
    is_panel: bool
    chromosome: str
    forward: bool
    start: int
    end: int


@cache
def _contigs() -> tuple[dict[str, str], ...]:
    return rows(packaged("pipeline", "contigs.csv"))


@cache
def _accessions() -> dict[str, tuple[str, Assembly]]:
    found: dict[str, tuple[str, Assembly]] = {}
    for row in _contigs():
        found[row["grch37_accession"]] = (row["chromosome"], Assembly.GRCH37)
        found[row["grch38_accession"]] = (row["chromosome"], Assembly.GRCH38)
    return found


def accession(assembly: Assembly, name: str) -> str | None:
    """The RefSeq name of a chromosome on one build; None for a contig that is none."""
    places = _accessions().items()
    return next((known for known, place in places if place == (name, assembly)), None)


def chromosome(text: str) -> str:
    """The plain name of a contig: ``chr7``, ``Chr7``, ``7`` and ``NC_000007.14`` are ``7``."""
    if text in _accessions():
        return _accessions()[text][0]
    bare = text[3:] if text[:3].lower() == "chr" else text
    bare = bare.upper() if len(bare) <= 2 else bare
    return "MT" if bare == "M" else bare


def is_placed(text: str) -> bool:
    """True if a contig is a chromosome by a name that is known, or known to be none.

    ``07`` and ``CM000669.1`` are neither: rows on them may lie in a gene that nobody looked at.
    """
    plain = chromosome(text)
    if plain == "MT" or any(plain == row["chromosome"] for row in _contigs()):
        return True
    return bool(_BESIDE.fullmatch(text))


def build_named_in(text: str) -> Assembly | None:
    """The one build a text names; None if it names none or both."""
    if _OTHER.search(text):
        return None
    is_37, is_38 = bool(_GRCH37.search(text)), bool(_GRCH38.search(text))
    if is_37 == is_38:
        return None
    return Assembly.GRCH37 if is_37 else Assembly.GRCH38


@cache
def _lengths() -> dict[tuple[str, int], Assembly]:
    found: dict[tuple[str, int], Assembly] = {}
    for row in _contigs():
        found[row["chromosome"], int(row["grch37_length"])] = Assembly.GRCH37
        found[row["chromosome"], int(row["grch38_length"])] = Assembly.GRCH38
    return found


def _builds_of_lengths(evidence: BuildEvidence) -> set[Assembly]:
    named = (_accessions().get(name) for name, _ in evidence.lengths)
    by_accession = {hit[1] for hit in named if hit}
    places = ((chromosome(name), length) for name, length in evidence.lengths)
    return by_accession | {_lengths()[place] for place in places if place in _lengths()}


def _strange_lengths(evidence: BuildEvidence) -> list[str]:
    """Main chromosomes whose length fits neither build (another genome, or a toy)."""
    known = {name for name, _ in _lengths()}
    return [
        f"{name} ({length:,} bases)"
        for name, length in evidence.lengths
        if name not in _accessions()
        and chromosome(name) in known
        and (chromosome(name), length) not in _lengths()
    ]


def decide(evidence: BuildEvidence) -> Build:
    """The build of a file; `HeldError` where evidence contradicts itself or is missing."""
    by_length = _builds_of_lengths(evidence)
    declared = {build for text in evidence.declared if (build := build_named_in(text))}
    foreign = [text for text in evidence.declared if _OTHER.search(text)]
    _refuse_contradiction(by_length, declared, evidence)
    if by_length:
        return _agreed(by_length.pop(), BuildBasis.CONTIGS, evidence)
    if foreign or _strange_lengths(evidence):
        what = foreign[:1] or _strange_lengths(evidence)[:1]
        raise HeldError(
            "build_unsupported",
            f"The file names a genome that is neither GRCh37 nor GRCh38: {what[0][:80]}.",
        )
    if declared:
        return _agreed(declared.pop(), BuildBasis.DECLARED, evidence)
    return _from_alleles(evidence)


def _refuse_contradiction(
    by_length: set[Assembly], declared: set[Assembly], evidence: BuildEvidence
) -> None:
    if len(by_length) > 1:
        raise HeldError("build_contradiction", "The contigs of the header mix GRCh37 and GRCh38.")
    if by_length and _strange_lengths(evidence):
        strange = _strange_lengths(evidence)[0]
        raise HeldError(
            "build_contradiction",
            f"Some contig lengths are of {min(by_length)}, but {strange} fits no known build.",
        )
    if len(by_length | declared) > 1:
        raise HeldError(
            "build_contradiction",
            "The contig lengths, the reference named in the header or the manifest speak of "
            "GRCh37 and of GRCh38.",
        )


def _agreed(assembly: Assembly, basis: BuildBasis, evidence: BuildEvidence) -> Build:
    against = [build for build in evidence.alleles if build is not assembly]
    outweighed = len(against) > evidence.alleles.count(assembly)
    if outweighed and not (basis is BuildBasis.CONTIGS and _by_chance(assembly, against, evidence)):
        raise HeldError(
            "build_contradiction",
            f"{basis.capitalize()}: {assembly}; known alleles: positions of {against[0]}.",
        )
    return Build(assembly=assembly, basis=basis, notices=tuple(_doubts(assembly, basis, against)))


def _by_chance(assembly: Assembly, against: Sequence[Assembly], evidence: BuildEvidence) -> bool:
    """True if rows in genes bear out the build, so that a known allele of the other may be chance.

    Of the millions of rows of a whole genome one may lie where the other build has such an allele,
    and be written as it is; of the coding bases of the other build, chance meets one in four.
    """
    own = evidence.bases.count(assembly)
    other = len(evidence.bases) - own
    return own >= _PROVEN * len(against) and own >= _APART * other


def _doubts(assembly: Assembly, basis: BuildBasis, against: Iterable[Assembly]) -> Iterator[Notice]:
    if basis is not BuildBasis.CONTIGS:
        yield Notice(
            code="build_declared",
            message=f"The build {assembly} is declared, not proven by contig lengths.",
        )
    for other in dict.fromkeys(against):
        yield Notice(
            code=MIXED,
            message=f"The build is {assembly}, but a known allele of {other} stands among the "
            "rows: what is found counts, silence proves nothing.",
        )


def _from_alleles(evidence: BuildEvidence) -> Build:
    if not evidence.alleles:
        raise HeldError(
            "build_unknown",
            "Nothing in the file says whether its positions are of GRCh37 or of GRCh38.",
        )
    if len(set(evidence.alleles)) > 1:
        raise HeldError("build_contradiction", "Known alleles lie at positions of both builds.")
    assembly = evidence.alleles[0]
    notice = Notice(
        code="build_from_hotspot",
        message=f"The build {assembly} is known only from alleles that fit no other build: "
        "what is found counts, silence proves nothing.",
    )
    return Build(assembly=assembly, basis=BuildBasis.ALLELES, notices=(notice,))


@cache
def loci(assembly: Assembly) -> tuple[Locus, ...]:
    """The genes of the panel and the fusion partners we know by place, on one build."""
    prefix = "grch37" if assembly is Assembly.GRCH37 else "grch38"
    return tuple(
        Locus(
            gene=row["gene"],
            is_panel=row["use"] == "panel",
            chromosome=row["chromosome"],
            forward=row[f"{prefix}_strand"] == "+",
            start=int(row[f"{prefix}_start"]),
            end=int(row[f"{prefix}_end"]),
        )
        for row in rows(packaged("pipeline", "loci.csv"))
    )


@cache
def panel_intervals(assembly: Assembly) -> tuple[Locus, ...]:
    """The genes that markers speak of, introns included."""
    return tuple(locus for locus in loci(assembly) if locus.is_panel)


def locus_at(assembly: Assembly, name: str, position: int) -> Locus | None:
    """The gene (of the panel, or a known fusion partner) that holds a position."""
    return next(iter(overlapping(loci(assembly), name, position, position)), None)


def overlapping(known: Iterable[Locus], name: str, start: int, end: int) -> tuple[Locus, ...]:
    """Which of the *known* genes share a base with *start* to *end* of a contig."""
    place = chromosome(name)
    return tuple(
        locus
        for locus in known
        if locus.chromosome == place and locus.start <= end and start <= locus.end
    )
