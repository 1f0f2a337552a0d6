"""Substitutions that share a codon: called alleles in, the same joined or doubted out.

Two substitutions on one chromosome are one change of the protein (BRAF c.1799_1800delinsAA is
V600E, not V600E beside V600V; rule R52). They are joined if the caller phased them, or if they
stand side by side with the same fraction of reads: the same reads carry both. Otherwise each is
kept, with a word on the phase, and doubted where joining would give another protein and the
fractions allow it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from parsers.vcf_alleles import SmallAllele
from parsers.vcf_frame import STRONG, Frame
from parsers.vcf_records import Values
from pipeline.consequence import protein_change
from pipeline.model import GenomicAllele
from pipeline.transcripts import reference_bases
from pipeline.variants import at, significance_of

_PHASE_KEYS = ("PS", "PID", "PGT")
_SAME_FRACTION = 0.02
_SAME_SHARE = 0.1


def joined(alleles: Iterable[SmallAllele], frame: Frame) -> tuple[SmallAllele, ...]:
    """The alleles, those of one codon joined where they lie on one chromosome."""
    groups: dict[tuple[object, ...], list[SmallAllele]] = defaultdict(list)
    for number, found in enumerate(_followed(tuple(alleles))):
        codons = found.consequence.codons
        lone = len(found.allele.ref) != 1 or len(found.allele.alt) != 1 or codons is None
        key = (number,) if lone else (found.gene, found.consequence.transcript, codons)
        groups[key].append(found)
    return tuple(found for group in groups.values() for found in _codon(group, frame))


def _followed(alleles: tuple[SmallAllele, ...]) -> Iterator[SmallAllele]:
    """The alleles, each with the effect that another row states for both of them (``@POS``)."""
    for found in alleles:
        places = {effect.told_at for effect in found.effects} - {None}
        rows = (each for each in alleles if each.record.position in places)
        told = tuple(effect for each in rows for effect in each.effects if not effect.told_at)
        yield replace(found, effects=(*found.effects, *told)) if told else found


def _codon(group: list[SmallAllele], frame: Frame) -> list[SmallAllele]:
    places = {found.allele.position for found in group}
    if len(places) < 2:
        return group
    together = _together(sorted(group, key=lambda found: found.allele.position))
    if together is None or len(places) != len(group):
        return [found.doubted("several substitutions in one codon") for found in group]
    if _is_in_trans(group, frame):
        return group
    if _is_phased(group, frame) or (_is_side_by_side(group) and _fractions_agree(group)):
        return [together]
    return [_unphased(found, group, together) for found in group]


def _together(group: list[SmallAllele]) -> SmallAllele | None:
    first, last = group[0], group[-1]
    bases = reference_bases(first.allele.assembly)
    span = range(first.allele.position, last.allele.position + 1)
    known = [bases.get((first.allele.chromosome, place)) for place in span]
    if None in known:
        return None
    ref = "".join(base or "" for base in known)
    new = {found.allele.position: found.allele.alt for found in group}
    alt = "".join(new.get(place, base or "") for place, base in zip(span, known, strict=True))
    allele = GenomicAllele(
        assembly=first.allele.assembly,
        chromosome=first.allele.chromosome,
        position=first.allele.position,
        ref=ref,
        alt=alt,
    )
    consequence = protein_change(first.gene, allele)
    lines = ", ".join(str(found.record.line) for found in group)
    strongest = next((found for found in group if found.known), first)
    if consequence is None:
        return None
    return SmallAllele(
        record=strongest.record,
        gene=first.gene,
        allele=allele,
        call=strongest.call,
        consequence=consequence,
        known=at(allele),
        effects=(),
        notes=(*strongest.notes, f"substitutions of one codon on lines {lines} read as one"),
        doubtful=any(found.doubtful for found in group),
    )


def _is_phased(group: list[SmallAllele], frame: Frame) -> bool:
    """True if the caller put all of them on one chromosome."""
    cells = _cells(group, frame)
    genotypes = {cell.get("GT", ("",))[:1] for cell in cells}
    sets = _phase_sets(cells)
    if len(genotypes) != 1 or not cells:
        return False
    if all(_is_homozygous(cell) for cell in cells):
        return True
    named = _chromosomes(cells)
    if named:
        return len(set(named)) == 1
    if len(sets) != 1:
        return False
    return _all_barred(cells) or any(value not in {(), (".",)} for value in next(iter(sets))[1:])


def _is_homozygous(cell: Mapping[str, Values]) -> bool:
    """True if every chromosome carries the same ALT: two such rows share each of them."""
    alleles = re.split(r"[/|]", "".join(cell.get("GT", ("",))[:1]))
    return len(alleles) > 1 and len(set(alleles)) == 1 and alleles[0] not in {"0", "."}


def _is_in_trans(group: list[SmallAllele], frame: Frame) -> bool:
    """True if the caller put them on different chromosomes."""
    cells = _cells(group, frame)
    genotypes = [cell.get("GT", ("",))[:1] for cell in cells]
    named = _chromosomes(cells)
    if named:
        return len(set(genotypes)) == 1 and len(set(named)) == len(named)
    same_set = len(_phase_sets(cells)) == 1
    return same_set and _all_barred(cells) and len(set(genotypes)) == len(genotypes) > 1


def _chromosomes(cells: list[Mapping[str, Values]]) -> list[Values]:
    """HP of GATK 3 (``9-2,9-1``: the chromosome of each allele), if all of them are of one set."""
    named = [cell.get("HP", ()) for cell in cells]
    groups = {text.partition("-")[0] for names in named for text in names}
    is_stated = all(len(names) > 1 and set(names) != {"."} for names in named)
    return named if is_stated and len(groups) == 1 else []


def _cells(group: list[SmallAllele], frame: Frame) -> list[Mapping[str, Values]]:
    tumour = frame.columns.tumour
    return [found.record.calls[tumour] for found in group] if tumour else []


def _phase_sets(cells: list[Mapping[str, Values]]) -> set[tuple[Values, ...]]:
    return {tuple(cell.get(key, ()) for key in _PHASE_KEYS) for cell in cells}


def _all_barred(cells: list[Mapping[str, Values]]) -> bool:
    return all(cell.get("GT") and "|" in cell["GT"][0] for cell in cells)


def _fractions_agree(group: list[SmallAllele]) -> bool | None:
    """True if the same reads may carry all of them, False if not, None if fractions are missing."""
    fractions = [found.call.vaf for found in group]
    known = [value for value in fractions if value is not None]
    if len(known) < len(fractions):
        return None
    return max(known) - min(known) <= max(_SAME_FRACTION, _SAME_SHARE * max(known))


def _is_side_by_side(group: list[SmallAllele]) -> bool:
    places = sorted(found.allele.position for found in group)
    return all(second - first == 1 for first, second in pairwise(places))


def _unphased(found: SmallAllele, group: list[SmallAllele], together: SmallAllele) -> SmallAllele:
    own, both = found.consequence.hgvs_p, together.consequence.hgvs_p
    if own == both or own is None:
        return found
    told = f"phase unknown: with its neighbour in the codon it would be {both}"
    names = {member.consequence.hgvs_p for member in group}
    if both in names or _fractions_agree(group) is False:
        return replace(found, notes=(*found.notes, told))
    strong = any(significance_of(found.gene, name) in STRONG for name in {*names, both})
    return found.doubted(told) if strong else found
