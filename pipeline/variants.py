"""Known alleles and hotspot codons: an allele or a protein change in, what is known of it out.

The facts stand in `data/variants.csv` and `data/hotspot_codons.csv`, with source and whether they
were checked. A change that is in neither table is unknown here, never benign.
"""

import re
from dataclasses import dataclass
from functools import cache

from pipeline.model import Assembly, GenomicAllele, Significance
from pipeline.tables import packaged, rows

_MISSENSE = re.compile(r"p\.([A-Z])(\d+)([A-Z])$")
_INSERTION = re.compile(r"p\.[A-Z](\d+)(?:_[A-Z](\d+))?(?:(?:del)?ins[A-WYZ]{1,}|dup)$")
_DELINS = re.compile(r"p\.([A-Z])(\d+)_([A-Z])(\d+)delins([A-Z]+)$")
_STRONG = {Significance.PATHOGENIC, Significance.LIKELY_PATHOGENIC}
_BUILDS = {Assembly.GRCH37: "grch37", Assembly.GRCH38: "grch38"}


@dataclass(frozen=True, kw_only=True)
class KnownAllele:
    """One row of the table: a change we can name, and how it is classified.

    *also_printed* are other spellings of the same change (other isoforms, insertion for dup).
    """

    gene: str
    hgvs_p: str
    hgvs_c: str | None
    transcript: str | None
    classification: str
    significance: Significance
    also_printed: tuple[str, ...]
    source: str
    checked: bool


@dataclass(frozen=True, kw_only=True)
class HotspotCodon:
    """A stretch of codons where any change of one kind counts."""

    gene: str
    reference: str
    first: int
    last: int
    change: str
    significance: Significance


@cache
def _table() -> tuple[tuple[KnownAllele, dict[str, str]], ...]:
    return tuple((_known(row), row) for row in rows(packaged("pipeline", "variants.csv")))


def _known(row: dict[str, str]) -> KnownAllele:
    return KnownAllele(
        gene=row["gene"],
        hgvs_p=row["hgvs_p"],
        hgvs_c=row["hgvs_c"] or None,
        transcript=row["transcript"] or None,
        classification=row["class"],
        significance=Significance(row["significance"]),
        also_printed=tuple(part for part in row["also_printed"].split(";") if part),
        source=row["source"],
        checked=row["checked"] == "yes",
    )


@cache
def _by_place() -> dict[GenomicAllele, KnownAllele]:
    found: dict[GenomicAllele, KnownAllele] = {}
    for known, row in _table():
        for assembly, column in _BUILDS.items():
            if row[f"{column}_ref"]:
                found[_allele(row, assembly, column)] = known
    return found


def _allele(row: dict[str, str], assembly: Assembly, column: str) -> GenomicAllele:
    return trimmed(
        GenomicAllele(
            assembly=assembly,
            chromosome=row["chromosome"],
            position=int(row[f"{column}_position"]),
            ref=row[f"{column}_ref"],
            alt=row[f"{column}_alt"],
        )
    )


def trimmed(allele: GenomicAllele) -> GenomicAllele:
    """The allele without shared bases at its ends, one base of each kept (ACT>CCT is A>C)."""
    ref, alt, position = allele.ref.upper(), allele.alt.upper(), allele.position
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        ref, alt, position = ref[1:], alt[1:], position + 1
    return GenomicAllele(
        assembly=allele.assembly,
        chromosome=allele.chromosome,
        position=position,
        ref=ref,
        alt=alt,
    )


def at(allele: GenomicAllele) -> KnownAllele | None:
    """The known change at exactly this place with exactly these bases (trimmed)."""
    return _by_place().get(trimmed(allele))


@cache
def _by_name() -> dict[tuple[str, str], KnownAllele]:
    found: dict[tuple[str, str], KnownAllele] = {}
    for known, _ in _table():
        for spelling in (known.hgvs_p, *known.also_printed):
            found.setdefault((known.gene, spelling), known)
    return found


def named(gene: str, hgvs_p: str) -> KnownAllele | None:
    """The known change with this protein name (one-letter ``p.R132C``, other isoforms too)."""
    return _by_name().get((gene, hgvs_p))


@cache
def _by_coding() -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for known, _ in _table():
        if known.hgvs_c and known.transcript:
            name = (known.hgvs_p, known.transcript.partition(".")[0])
            found.setdefault((known.gene, known.hgvs_c), set()).add(name)
    return {key: frozenset(names) for key, names in found.items()}


def coded(gene: str, hgvs_c: str, transcript: str | None) -> str | None:
    """The protein change of a known coding change (R52); None if unknown or of two readings.

    A printed *transcript* must be that of the table, its version aside; without one the table's
    reading counts only if it has one.
    """
    names = _by_coding().get((gene, hgvs_c), frozenset())
    own = transcript.partition(".")[0] if transcript else None
    proteins = {protein for protein, on in names if own in {None, on}}
    return proteins.pop() if len(proteins) == 1 else None


@cache
def hotspots() -> tuple[HotspotCodon, ...]:
    """Every hotspot codon we know."""
    return tuple(
        HotspotCodon(
            gene=row["gene"],
            reference=row["reference"],
            first=int(row["first_codon"]),
            last=int(row["last_codon"]),
            change=row["change"],
            significance=Significance(row["significance"]),
        )
        for row in rows(packaged("pipeline", "hotspot_codons.csv"))
    )


def at_hotspot(gene: str, hgvs_p: str) -> HotspotCodon | None:
    """The hotspot a protein change falls into: any missense of a codon, or any insertion."""
    return next((spot for spot in hotspots() if spot.gene == gene and _falls(spot, hgvs_p)), None)


def _falls(spot: HotspotCodon, hgvs_p: str) -> bool:
    if spot.change == "missense":
        change = _MISSENSE.match(hgvs_p)
        return bool(
            change
            and change[1] == spot.reference
            and spot.first <= int(change[2]) <= spot.last
            and change[3] not in {spot.reference, "X"}
        )
    change = _INSERTION.match(hgvs_p)
    if not change:
        return False
    last = int(change[2] or change[1])
    return spot.first <= int(change[1]) and last <= spot.last


def significance_of(gene: str, hgvs_p: str | None) -> Significance:
    """What our tables say of a protein change; VUS where they say nothing."""
    if hgvs_p is None:
        return Significance.VUS
    known = named(gene, hgvs_p)
    if known:
        return known.significance
    spot = at_hotspot(gene, hgvs_p)
    if spot:
        return spot.significance
    levels = {significance_of(gene, part) for part in _substitutions(hgvs_p)}
    return Significance.LIKELY_PATHOGENIC if levels & _STRONG else Significance.VUS


def _substitutions(hgvs_p: str) -> tuple[str, ...]:
    """The substitutions in a delins of as many residues (G12_G13delinsDC is G12D and G13C).

    Only the first and the last old residue are printed, so only those two can be named.
    """
    found = _DELINS.match(hgvs_p)
    if not found or int(found[4]) - int(found[2]) + 1 != len(found[5]):
        return ()
    first, last = f"p.{found[1]}{found[2]}{found[5][0]}", f"p.{found[3]}{found[4]}{found[5][-1]}"
    return (first, last)


def is_all_that_counts(gene: str | None, hgvs_p: str) -> bool:
    """True if this one change decides its marker, so that its absence is the marker's (R51)."""
    return (gene, hgvs_p) in _single_changes()


@cache
def _single_changes() -> frozenset[tuple[str | None, str]]:
    table = rows(packaged("pipeline", "single_changes.csv"))
    return frozenset((row["gene"], row["change"]) for row in table)


@cache
def known_positions(assembly: Assembly) -> dict[tuple[str, int], str]:
    """The reference base at every position of a known allele: the places where REF is proof."""
    found: dict[tuple[str, int], str] = {}
    for allele in _by_place():
        if allele.assembly is assembly:
            places = enumerate(allele.ref, start=allele.position)
            found.update({(allele.chromosome, place): base for place, base in places})
    return found
