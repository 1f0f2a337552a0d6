"""Annotations of a record (VEP CSQ, SnpEff ANN and their like) in, effects by transcript out.

How each annotator writes its entries is for `vcf_entries`; here they become effects: which gene,
which transcript, which change of the protein, for which ALT.
"""

import re
from dataclasses import dataclass

from parsers.vcf_entries import Cells, entries
from parsers.vcf_header import Header
from parsers.vcf_records import Record
from pipeline.consequence import shared_start
from pipeline.genes import symbol_of
from pipeline.hgvs import protein
from pipeline.isoforms import accession, is_numbered, on_mane, residue

_ALLELE = ("Allele", "allele", "normalizedAlt")
_NUMBER = ("ALLELE_NUM", "GenotypeIndex", "Genotype_Number")
_GENE = ("SYMBOL", "Gene_Name", "HGNC", "gene", "hugoSymbol", "Hugo_Symbol")
_TRANSCRIPT = (
    *("Feature", "Feature_ID", "Transcript_ID", "TranscriptID", "annotationTranscript"),
    *("annotation_transcript", "transcript_id", "transcript"),
)
_PROTEIN = ("HGVSp", "HGVS.p", "proteinChange", "protein_change", "HGVSp_Short", "protein")
_EFFECT = ("Consequence", "Annotation", "variantClassification", "function")
_AMINO = re.compile(r"(?P<at>\d+)(?P<old>[A-Z*]+)>(?P<to>\d+)(?P<new>[A-Z*]+)")
_DNA = re.compile(r"(?P<at>\d+)(?P<ref>[ACGTN]+)>(?P<alt>[ACGTN]+)")
_POINTER = re.compile(r"@\d+")
_STRANDS = {"1": True, "+": True, "-1": False, "-": False}
_LETTERS = re.compile(r"p\.([A-Z])\d+([A-Z*])$")
_NAMING = ("GENE_NAME", "GENE", "GENES", "Gene", "GENE_SYMBOL", "SYMBOL")
_NO_SYMBOL = re.compile(r"ENS[GT]\d+|\d+|\.?")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What an annotator says of one allele on one transcript; HGVS in canonical spelling.

    *told_at* is the position of another row that states the effect of both (bcftools ``@POS``);
    *forward* says that the gene lies on the + strand, where an annotator gives its strand.
    """

    gene: str | None
    printed_gene: str
    transcript: str
    consequence: str
    hgvs_p: str | None
    told_at: int | None = None
    forward: bool | None = None


def effects(record: Record, index: int, header: Header) -> tuple[Effect, ...]:
    """Every effect that is stated for ALT number *index* (0-based)."""
    found = (cells for cells in entries(record, index, header) if _is_of(cells, record, index))
    return tuple(dict.fromkeys(_effect(cells) for cells in found))


def _is_of(cells: Cells, record: Record, index: int) -> bool:
    """True if the entry speaks of this ALT; with one ALT every entry does."""
    if len(record.alts) == 1:
        return True
    number = _first(cells, _NUMBER)
    if number.isdigit():
        return number == str(index + 1)
    stated = _first(cells, _ALLELE) or number or _dna_alt(cells, record)
    return not stated or stated in _spellings(record, index)


def _spellings(record: Record, index: int) -> set[str]:
    """How annotators may write an ALT: whole, or without what it shares with REF (VEP)."""
    alt = record.alts[index]
    found = {alt}
    if len({text[:1] for text in (record.ref, *record.alts)}) == 1:
        found.add(alt[1:] or "-")
    return found


def _dna_alt(cells: Cells, record: Record) -> str:
    """The ALT that bcftools means: the part of its DNA change at this row's position."""
    for hit in _DNA.finditer(cells.get("dna_change", "")):
        if int(hit["at"]) == record.position:
            return hit["alt"]
    return ""


def _effect(cells: Cells) -> Effect:
    printed = _first(cells, _GENE)
    consequence = _first(cells, _EFFECT)
    pointer = consequence.removeprefix("*")
    name = _first(cells, _PROTEIN).split(":")[-1]
    gene = symbol_of(printed) if printed else None
    return Effect(
        gene=gene,
        printed_gene=printed,
        transcript=_first(cells, _TRANSCRIPT),
        consequence=consequence,
        hgvs_p=(protein(name) if name else None) or _from_residues(cells, gene),
        forward=_STRANDS.get(_first(cells, ("STRAND", "strand"))),
        told_at=int(pointer[1:]) if _POINTER.fullmatch(pointer) else None,
    )


def _from_residues(cells: Cells, gene: str | None) -> str | None:
    """``600V>600E`` of bcftools, ``V/E`` at 600 of VEP as HGVS; None where nothing is told."""
    text = cells.get("amino_acids") or _vep_residues(cells)
    hit = _AMINO.fullmatch(text) if text else None
    if not hit:
        return None
    if hit["old"] == hit["new"]:
        return protein(f"p.{hit['old']}{hit['at']}=") if len(hit["old"]) == 1 else None
    same = shared_start(hit["old"], hit["new"])
    at, old, new = int(hit["at"]) + same, hit["old"][same:], hit["new"][same:]
    if "frameshift" in cells.get("Consequence", ""):
        return protein(f"p.{old[:1]}{at}fs")
    tail = shared_start(old[::-1], new[::-1])
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    if len(old) == len(new) == 1 or (old and new.startswith("*")):
        return protein(f"p.{old[0]}{at}{new[0]}")
    span = f"{old[:1]}{at}" + (f"_{old[-1]}{at + len(old) - 1}" if len(old) > 1 else "")
    if old:
        return protein(f"p.{span}" + (f"delins{new}" if new else "del"))
    sides = [residue(gene or "", place) for place in (at - 1, at)]
    return protein(f"p.{sides[0]}{at - 1}_{sides[1]}{at}ins{new}") if all(sides) else None


def _vep_residues(cells: Cells) -> str:
    """Amino_acids ``V/E`` and Protein_position ``600/766`` of VEP in the spelling of bcftools."""
    old, _, new = cells.get("Amino_acids", "").partition("/")
    at = re.match(r"\d+", cells.get("Protein_position", "")) if old else None
    return f"{at[0]}{old}>{at[0]}{new or old}" if at and old not in {"", "-"} else ""


def _first(cells: Cells, names: tuple[str, ...]) -> str:
    for name in names:
        value = cells.get(name)
        if value and value != ".":
            return value
    return ""


def protein_on_mane(found: tuple[Effect, ...], gene: str) -> tuple[str, ...]:
    """The protein changes stated for a gene, each in the numbering of its MANE transcript."""
    stated = [effect for effect in found if effect.gene == gene and effect.hgvs_p]
    named = (on_mane(gene, effect.hgvs_p or "", effect.transcript).hgvs_p for effect in stated)
    return tuple(dict.fromkeys(named))


def on_transcripts(
    found: tuple[Effect, ...], gene: str, accessions: tuple[str, ...]
) -> tuple[Effect, ...]:
    """The effects stated for one of these transcripts (versions ignored)."""
    wanted = {accession(text) for text in accessions if text}
    return tuple(
        effect for effect in found if effect.gene == gene and accession(effect.transcript) in wanted
    )


def on_isoforms(found: tuple[Effect, ...], gene: str) -> tuple[Effect, ...]:
    """The effects stated for transcripts whose numbering is known."""
    return tuple(
        effect for effect in found if effect.gene == gene and is_numbered(gene, effect.transcript)
    )


def residues(hgvs_p: str) -> tuple[str, str] | None:
    """Old and new residue of a substitution, whatever its number; None for other changes."""
    found = _LETTERS.match(hgvs_p)
    return (found[1], found[2]) if found else None


def genes_named(record: Record, header: Header) -> tuple[str, ...]:
    """Gene symbols that the annotation of a record names, fusions split into their parts."""
    found: dict[str, None] = {}
    for index in range(len(record.alts)):
        for effect in effects(record, index, header):
            for part in re.split(r"::|&", effect.printed_gene):
                found[symbol_of(part) or part] = None
    for key in _NAMING:
        for value in record.info.get(key, ()):
            for part in re.split(r"::|&|/", value):
                found[symbol_of(part) or part] = None
    return tuple(name for name in found if not _NO_SYMBOL.fullmatch(name))


def strand_named(record: Record, header: Header, gene: str) -> bool | None:
    """True if the annotation puts a gene on the + strand; None if it says nothing, or both."""
    found = {
        effect.forward
        for index in range(len(record.alts))
        for effect in effects(record, index, header)
        if gene in {effect.gene, effect.printed_gene}
    } - {None}
    return found.pop() if len(found) == 1 else None
