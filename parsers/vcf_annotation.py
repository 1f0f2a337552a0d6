"""Annotations of a record (VEP CSQ, SnpEff ANN and their like) in, effects by transcript out.

pyvcf3 cuts these texts at commas, so they are taken raw from the line. Which field means what
comes from the Description of the header, and from the published order where it is silent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from parsers.vcf_header import Header
from parsers.vcf_records import Record
from pipeline.genes import symbol_of
from pipeline.hgvs import coding, protein
from pipeline.isoforms import accession, on_mane

_KEYS = ("CSQ", "ANN", "vep", "BCSQ", "FUNCOTATION")
_DEFAULT = {
    "ANN": (
        *("Allele", "Annotation", "Annotation_Impact", "Gene_Name", "Gene_ID", "Feature_Type"),
        *("Feature_ID", "Transcript_BioType", "Rank", "HGVS.c", "HGVS.p"),
    ),
    "BCSQ": (
        *("Consequence", "gene", "transcript", "biotype", "strand"),
        *("amino_acid_change", "dna_change"),
    ),
}
_ALLELE = ("Allele", "allele")
_GENE = ("SYMBOL", "Gene_Name", "gene", "Gencode_hugoSymbol", "Hugo_Symbol")
_TRANSCRIPT = ("Feature", "Feature_ID", "transcript", "annotationTranscript")
_PROTEIN = ("HGVSp", "HGVS.p", "proteinChange", "HGVSp_Short")
_CODING = ("HGVSc", "HGVS.c", "cDnaChange")
_EFFECT = ("Consequence", "Annotation", "variantClassification")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What an annotator says of one allele on one transcript; HGVS in canonical spelling."""

    gene: str | None
    printed_gene: str
    transcript: str
    consequence: str
    hgvs_p: str | None
    hgvs_c: str | None


def effects(record: Record, index: int, header: Header) -> tuple[Effect, ...]:
    """Every effect that is stated for ALT number *index* (0-based)."""
    found: list[Effect] = []
    for key in _KEYS:
        text = record.raw_info(key)
        if text:
            names = header.annotation_fields(key) or _DEFAULT.get(key, ())
            found += [
                _effect(cells) for cells in _cells(text, names) if _is_of(cells, record, index)
            ]
    return tuple(found)


def _cells(text: str, names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for entry in text.strip("[]").split(","):
        parts = [unquote(part) for part in entry.strip("[]").split("|")]
        yield {_plain(name): part for name, part in zip(names, parts, strict=False)}


def _plain(name: str) -> str:
    """A field name without the release number that Funcotator puts into it."""
    parts = name.split("_")
    is_numbered = len(parts) == 3 and parts[0] == "Gencode" and parts[1].isdigit()
    return parts[2] if is_numbered else name


def _is_of(cells: dict[str, str], record: Record, index: int) -> bool:
    """True if the entry speaks of this ALT; with one ALT every entry does."""
    stated = _first(cells, _ALLELE)
    if len(record.alts) == 1 or not stated:
        return True
    if cells.get("ALLELE_NUM"):
        return cells["ALLELE_NUM"] == str(index + 1)
    alt = record.alts[index]
    return stated in {alt, alt[1:] or "-"}


def _effect(cells: dict[str, str]) -> Effect:
    printed = _first(cells, _GENE)
    return Effect(
        gene=symbol_of(printed) if printed else None,
        printed_gene=printed,
        transcript=_first(cells, _TRANSCRIPT),
        consequence=_first(cells, _EFFECT),
        hgvs_p=protein(_first(cells, _PROTEIN).split(":")[-1] or "-"),
        hgvs_c=coding(_first(cells, _CODING).split(":")[-1] or "-"),
    )


def _first(cells: dict[str, str], names: tuple[str, ...]) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


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


def genes_named(record: Record, header: Header) -> tuple[str, ...]:
    """Gene symbols that the annotation of a record names, fusions split into their parts."""
    found: dict[str, None] = {}
    for index in range(len(record.alts)):
        for effect in effects(record, index, header):
            for part in effect.printed_gene.replace("::", "&").split("&"):
                if part:
                    found[symbol_of(part) or part] = None
    for key in ("GENE_NAME", "GENE", "GENES", "Gene", "GENE_SYMBOL"):
        for value in record.info.get(key, ()):
            if value not in {"", "."}:
                found[symbol_of(value) or value] = None
    return tuple(found)
