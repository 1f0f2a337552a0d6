"""A printed alteration in, its class out; an observation in, its biomarker out.

An amplification is never a mutation, a point mutation never a fusion. A text that speaks of two
classes at once, or of none that we keep, gives None: the reader then has to say what it meant.
"""

import re
import unicodedata

from pipeline import valued, variants
from pipeline.fusions import fusion
from pipeline.genes import gene as gene_entry
from pipeline.genes import symbol_of
from pipeline.hgvs import coding, protein
from pipeline.isoforms import is_numbered, on_mane
from pipeline.model import (
    AlterationClass,
    Analyte,
    Biomarker,
    CopyNumber,
    Fusion,
    Observation,
    SmallVariant,
)

# Whole-genome and stain words come first: they hold words of the others ("loss of MLH1").
_NAMED = (
    (AlterationClass.TMB, r"\bb?tmb\b|tumou?r mutation(?:al)? burden|(?:/|\bper )\s*mb\b"),
    (AlterationClass.MSI, r"\bmsi\b|\bmsi-|\bmss\b|\bmsih\b|\bms-stable\b|microsatellite"),
    (AlterationClass.MMR, r"\b[dp]mmr\b|\bmmr\b|\bmmr-|mismatch repair"),
    (AlterationClass.ISH, (r"\b(?:[fcsd]|dd)?ish\b|cep\s?17|in[- ]situ hybridi[sz]ation"
     r"|\bchromosome 17\b")),
    (AlterationClass.IHC, (r"\bihc\b|immunohisto|immunostain|\bher2[- ](?:ultra)?low\b"
     r"|(?<![\d.+])[0-3]\s*\+(?!\d)")),
)  # fmt: skip
_OVEREXPRESSED = re.compile(r"\b(?:over|under)[- ]?express", re.IGNORECASE)
_FUSED = re.compile(
    r"fusion|\bfused\b|rearrang|translocat|break-?\s?apart|\bt\(\d+;\d+\)|truncation\b",
    re.IGNORECASE,
)
# "amp" is short for it; "AMP" is also the society whose tiers are printed beside a variant.
_SHORT = r"(?-i:\b[Aa]mp\b(?!\W{0,2}(?i:asco|cap|tier|class|level|guideline)))"
_COPY = re.compile(
    rf"{_SHORT}|amplif|copy[- ]number|\bgains?\b|\bcopies\b|\bcnv?\s*[=:]?\s*\d|fold change"
    r"|<dup>|<amp>|\bpolysomy\b"
    r"|^\W*(?:homozygous |heterozygous |copy number )?(?:loss|deletion)\W*$",
    re.IGNORECASE,
)
_MUTATED = re.compile(
    r"\bmutat|\bmutant\b|\bvariants?\b|missense|nonsense|frame-?shift|splice|\binsertion\b|\bindel\b"
    r"|exon \d+ (?:in-?frame )?(?:ins|del|dup)|\bpoint\b|hotspot|\bsnv\b|promoter|truncating",
    re.IGNORECASE,
)
_AMPLIFIED = re.compile(rf"{_SHORT}|amplif|<amp>", re.IGNORECASE)
_GAIN = re.compile(r"\bgains?\b|duplicat|<dup>|polysomy|low[- ]level|intermediate", re.IGNORECASE)
_EQUIVOCAL = re.compile(r"equivocal|borderline|indeterminate", re.IGNORECASE)
_LOSS = re.compile(r"\bloss\b|\bdelet|\blost\b", re.IGNORECASE)
_COPIES = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*copies|\bcopy number\s*[=:]?\s*(\d+(?:[.,]\d+)?)"
    r"|\bcn\s*[=:]?\s*(\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)
# In a column headed "amplification", these words alone are the answer.
_AFFIRMED = re.compile(r"detected|positive|present|yes", re.IGNORECASE)
_NEGATED = re.compile(r"\bnot\b|\bno\b|\bnone\b|\bwithout\b|\bnegative\b|\babsent\b", re.IGNORECASE)


def classify(gene: str | None, printed: str) -> AlterationClass | None:
    """The class of alteration that *printed* speaks of, or None if none or more than one.

    *gene* is an HGNC symbol, if one is known. Overexpression of RNA is no class of ours.
    """
    text = unicodedata.normalize("NFKC", printed)
    named = _named_class(gene, text)
    if named is not None or _OVEREXPRESSED.search(text):
        return named
    found = {
        AlterationClass.MUTATION: bool(_changes(text)),
        AlterationClass.FUSION: bool(_FUSED.search(text)) or _names_fusion(gene, text),
        AlterationClass.AMPLIFICATION: bool(_COPY.search(text)),
    }
    classes = [kind for kind, is_there in found.items() if is_there]
    if len(classes) == 1:
        return classes[0]
    return AlterationClass.MUTATION if not classes and _MUTATED.search(text) else None


def biomarker(observation: Observation) -> Biomarker | None:
    """What the observation is about, in our words; None where the text does not fit its marker."""
    kind = observation.marker.alteration_class
    text = observation.alteration or ""
    if kind is AlterationClass.MUTATION:
        return _small_variant(observation)
    if kind is AlterationClass.FUSION:
        return _fusion(observation)
    if kind is AlterationClass.AMPLIFICATION:
        return copy_number(observation.marker.gene or "", text, observation.copies)
    if kind is AlterationClass.TMB:
        return valued.tmb(text, observation.value, observation.unit, observation.analyte)
    if kind is AlterationClass.MSI:
        return valued.msi(text, observation.value, observation.unit)
    if kind is AlterationClass.MMR:
        return valued.mmr(text)
    return valued.her2_ihc(text) if kind is AlterationClass.IHC else valued.her2_ish(text)


def copy_number(gene: str, text: str, copies: float | None = None) -> CopyNumber | None:
    """A copy number change; copies alone are a gain until an assay's cut-off says more."""
    counted = copies if copies is not None else _counted(text)
    if _AFFIRMED.fullmatch(text.strip()):
        return CopyNumber(gene=gene, change="amplification", copies=counted)
    if _NEGATED.search(text) or (counted is None and not _COPY.search(text)):
        return None
    if _EQUIVOCAL.search(text):
        return CopyNumber(gene=gene, change="equivocal", copies=counted)
    if _GAIN.search(text):
        return CopyNumber(gene=gene, change="gain", copies=counted)
    if _AMPLIFIED.search(text):
        return CopyNumber(gene=gene, change="amplification", copies=counted)
    if _LOSS.search(text):
        return CopyNumber(gene=gene, change="loss", copies=counted)
    return CopyNumber(gene=gene, change="gain", copies=counted)


def _named_class(gene: str | None, text: str) -> AlterationClass | None:
    low = text.casefold()
    for kind, pattern in _NAMED:
        of_her2 = kind in {AlterationClass.IHC, AlterationClass.ISH}
        if re.search(pattern, low) and (not of_her2 or gene in {None, "ERBB2"}):
            return kind
    stained = re.search(r"\b(?:mlh1|msh2|msh6|pms2)\b", low) or (gene or "") in _MMR_GENES
    is_stain = re.search(r"\bloss\b|\blost\b|intact|retain|nuclear expression|\babsent\b", low)
    return AlterationClass.MMR if stained and is_stain else None


_MMR_GENES = frozenset({"MLH1", "MSH2", "MSH6", "PMS2"})


def _names_fusion(gene: str | None, text: str) -> bool:
    """Two genes side by side, as in "FGFR2::BICC1", even where no word says fusion."""
    return (
        not _changes(text)
        and not _COPY.search(text)
        and fusion(text) is not None
        and (gene is None or symbol_of(gene) is not None)
    )


def _changes(text: str) -> tuple[str | None, str | None] | None:
    """The protein and the coding change that a text names, or None if it names neither."""
    proteins, codings = _all_changes(text)
    if not proteins and not codings:
        return None
    return (
        proteins[0] if len(proteins) == 1 else None,
        codings[0] if len(codings) == 1 else None,
    )


def _all_changes(text: str) -> tuple[list[str], list[str]]:
    """Every distinct protein and coding change among the words of a text, and the text itself."""
    plain = unicodedata.normalize("NFKC", text)
    words = [plain, *re.split(r"[\s|;,]+", plain)]
    proteins = [change for word in words if (change := protein(word.strip("()[].:")))]
    bases = [change for word in words if _is_coding(word) and (change := coding(word))]
    return list(dict.fromkeys(proteins)), list(dict.fromkeys(bases))


def _is_coding(word: str) -> bool:
    """A bare "19del" beside "exon" is no coding change; "394C>T" and "c.19del" are."""
    return bool(re.search(r"\bc\.|>|→|&gt;|\d_", word, re.IGNORECASE))


def _counted(text: str) -> float | None:
    found = _COPIES.search(text)
    digits = next((group for group in found.groups() if group), None) if found else None
    return float(digits.replace(",", ".")) if digits else None


def _fusion(observation: Observation) -> Fusion | None:
    text = observation.alteration or ""
    if not text or _changes(text) or _COPY.search(text):
        return None
    of_rna = observation.analyte is Analyte.RNA
    return fusion(
        text, observation.marker.gene, analyte=Analyte.RNA if of_rna else observation.analyte
    )


def _transcript(symbol: str, printed: str | None) -> str | None:
    """MANE Select where the printed transcript is one we can renumber, else as printed."""
    known = printed is not None and is_numbered(symbol, printed)
    return gene_entry(symbol).refseq if known else printed


def _small_variant(observation: Observation) -> SmallVariant | None:
    """The variant on MANE Select; a text that speaks of another class is none."""
    text, symbol = observation.alteration or "", observation.marker.gene or ""
    other = classify(symbol, text) if text else None
    if other not in {None, AlterationClass.MUTATION}:
        return None
    proteins, codings = _all_changes(text)
    printed_c = coding(observation.hgvs_c) if observation.hgvs_c else None
    hgvs_c = printed_c or (codings[0] if len(codings) == 1 else None)
    # A coding change that our table knows names its protein; a VCF row has its own consequence.
    if not proteins and hgvs_c and observation.genomic is None:
        named = variants.coded(symbol, hgvs_c, observation.transcript)
        proteins = [named] if named else []
    numbering = on_mane(symbol, proteins[0], observation.transcript) if len(proteins) == 1 else None
    if not text and hgvs_c is None and observation.genomic is None:
        return None
    told = "more than one protein change is printed" if len(proteins) > 1 else None
    return SmallVariant(
        gene=symbol,
        hgvs_p=numbering.hgvs_p if numbering else None,
        hgvs_c=hgvs_c,
        transcript=_transcript(symbol, observation.transcript),
        genomic=observation.genomic,
        ambiguity=numbering.ambiguity if numbering else told,
    )
