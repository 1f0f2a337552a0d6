"""An annotation in a VCF line in, its entries as named cells out: one shape for every annotator.

Each annotator has its own way to write a table into one INFO value: bars and commas (VEP, SnpEff,
bcftools, Nirvana), an effect with brackets (SnpEff EFF), brackets with escapes (Funcotator),
colons (ANNOVAR), a list of quoted pairs (Ion Reporter), or plain INFO keys (Oncotator). pyvcf3
cuts such texts at commas, so they are taken raw from the line. Names of cells come from the
header, and from the published order where it is silent.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from parsers.vcf_header import Header
from parsers.vcf_records import Record

Cells = Mapping[str, str]
_BARRED = ("CSQ", "vep", "ANN", "BCSQ", "CSQT")
_DEFAULT = {
    "ANN": (
        *("Allele", "Annotation", "Annotation_Impact", "Gene_Name", "Gene_ID", "Feature_Type"),
        *("Feature_ID", "Transcript_BioType", "Rank", "HGVS.c", "HGVS.p"),
    ),
    "CSQT": ("GenotypeIndex", "HGNC", "TranscriptID", "Consequence"),
    "EFF": (
        *("Effect_Impact", "Functional_Class", "Codon_Change", "Amino_Acid_Change"),
        *("Amino_Acid_length", "Gene_Name", "Transcript_BioType", "Gene_Coding"),
        *("Transcript_ID", "Exon_Rank", "Genotype_Number"),
    ),
}
_BCSQ = ("Consequence", "gene", "transcript", "biotype", "strand", "amino_acids", "dna_change")
_ANNOVAR = ("Gene_Name", "Feature_ID", "Exon", "HGVS.c", "HGVS.p")
_ANNOVAR_BASE = re.compile(r"^c\.([ACGT])(\d+)([ACGT])$")
_EFFECT = re.compile(r"(?P<effect>[\w+&]+)\((?P<cells>[^)]*)\)")
_PAIR = re.compile(r"'(?P<key>\w+)'\s*:\s*'(?P<value>[^']*)'")
_FUNCOTATOR_ESCAPE = re.compile(r"_%([0-9A-Fa-f]{2})_")
_PLAIN_KEYS = ("gene", "transcript_id", "annotation_transcript", "protein_change", "codon_change")


def entries(record: Record, index: int, header: Header) -> Iterator[Cells]:
    """Every entry of every annotation that may speak of ALT number *index* (0-based)."""
    for key in _BARRED:
        text = record.raw_info(key)
        if text:
            yield from _barred(text, _names(key, header))
    yield from _bracketed(record, header)
    yield from _funcotations(record, index, header)
    yield from _annovar(record, index)
    yield from _quoted(record)
    plain = {key: record.info[key][0] for key in _PLAIN_KEYS if record.info.get(key)}
    if "protein_change" in plain:
        yield plain


def _names(key: str, header: Header) -> tuple[str, ...]:
    return _BCSQ if key == "BCSQ" else header.annotation_fields(key) or _DEFAULT.get(key, ())


def _barred(text: str, names: tuple[str, ...]) -> Iterator[Cells]:
    for entry in text.strip("[]").split(","):
        parts = entry.strip("[]").split("|")
        if "%" in entry:
            parts = [unquote(part) for part in parts]
        yield dict(zip(names, parts, strict=False))


def _bracketed(record: Record, header: Header) -> Iterator[Cells]:
    """``EFFECT(HIGH|MISSENSE|gTg/gAg|V600E|…)`` of SnpEff before release 4.1."""
    text = record.raw_info("EFF")
    if not text:
        return
    stated = [name for name in header.annotation_fields("EFF") if name]
    names = tuple(_inner(name) for name in stated) or _DEFAULT["EFF"]
    for hit in _EFFECT.finditer(text):
        cells = dict(zip(names, hit["cells"].split("|"), strict=False))
        change = next((cells[name] for name in cells if name.lower() == "amino_acid_change"), "")
        protein, _, coding = change.partition("/")
        yield cells | {"Annotation": hit["effect"], "HGVS.p": protein, "HGVS.c": coding}


def _inner(name: str) -> str:
    """The name of a cell in "Effect ( Effect_Impact" and "Genotype_Number [ "."""
    return name.rpartition("(")[2].partition("[")[0].strip(" ')")


def _funcotations(record: Record, index: int, header: Header) -> Iterator[Cells]:
    """``[a|b],[c|d]``: one bracket an ALT, ``#`` between the transcripts of one."""
    text = record.raw_info("FUNCOTATION")
    if not text:
        return
    names = tuple(_plain(name) for name in header.annotation_fields("FUNCOTATION"))
    own = text.removeprefix("[").removesuffix("]").split("],[")[index : index + 1]
    for entry in own[0].split("]#[") if own and names else ():
        parts = [_FUNCOTATOR_ESCAPE.sub(_escaped, part) for part in entry.split("|")]
        yield dict(zip(names, parts, strict=False))


def _escaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _plain(name: str) -> str:
    """A field name without the release number that Funcotator puts into it."""
    parts = name.split("_")
    is_numbered = len(parts) == 3 and parts[0] == "Gencode" and parts[1].isdigit()
    return parts[2] if is_numbered else name


def _annovar(record: Record, index: int) -> Iterator[Cells]:
    """``AAChange.refGene=GENE:NM_…:exon15:c.T1799A:p.V600E``, repeated for each ALT."""
    fields = [each for each in record.raw_entries if each.startswith("AAChange.") and "=" in each]
    for key in dict.fromkeys(each.partition("=")[0] for each in fields):
        texts = [each.partition("=")[2] for each in fields if each.startswith(f"{key}=")]
        own = texts[index] if len(texts) == len(record.alts) else texts[0]
        for entry in own.split(","):
            parts = entry.split(":")
            if len(parts) == len(_ANNOVAR):
                cells = dict(zip(_ANNOVAR, parts, strict=True))
                yield cells | {"HGVS.c": _ANNOVAR_BASE.sub(r"c.\2\1>\3", cells["HGVS.c"])}


def _quoted(record: Record) -> Iterator[Cells]:
    """``FUNC=[{'gene':'BRAF','protein':'p.Val600Glu',…}]`` of Ion Reporter and Oncomine."""
    for entry in re.findall(r"\{[^{}]*\}", record.raw_info("FUNC") or ""):
        yield {hit["key"]: hit["value"] for hit in _PAIR.finditer(entry)}
