"""What a report says of a gene or a signature in, observations of markers out.

Nothing is dropped and nothing guessed: an alteration of one of our genes that is not understood
makes every marker of that gene indeterminate, with a notice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from parsers import asides, phrases
from parsers.gene_text import Named, classes_in, items
from parsers.partial import part_of
from parsers.phrases import PROSE_WORDS, Verdict, plain
from pipeline import alterations, fusions, genes, hgvs
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    Marker,
    Notice,
    Observation,
    Origin,
    Significance,
    Source,
    Status,
)
from pipeline.variants import is_all_that_counts

LOSS = re.compile(r"^(homozygous |partial |copy number |biallelic )?(loss|deletion|deleted)\b")
TRANSCRIPT = re.compile(r"variant transcript|transcript variant")
SILENT = re.compile(r"\b(?:p\.)?\(?([A-Z])\d{1,4}\1\b|\bp\.\(?(?:[A-Z][a-z]{2}\d+)?=")
LEVELS = re.compile(r"^(over|under)?-?express")
NO_PARTNER = re.compile(
    r"-(?:n/a|intergenic|unknown)\b|^(?:n/a|intergenic|unknown)(?= (?:fus|rearr|transloc))",
    re.IGNORECASE,
)
CLASS_WORDS = re.compile(
    r"\b(?:amp\b|fus|rearrang|trans ?loc|amplif|mutat|mutant|truncat|duplicat|insert|substitut"
    r"|deletion|deleted|inversion|indel|dup|ins|del|gain|snv|cnv|copy number|variant|alter|break)"
    r"\w*"
)
VALUED = frozenset(AlterationClass) - {
    AlterationClass.MUTATION,
    AlterationClass.FUSION,
    AlterationClass.AMPLIFICATION,
}
SEQUENCED = (AlterationClass.MUTATION, AlterationClass.FUSION, AlterationClass.AMPLIFICATION)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Observations and notices of one part of a report."""

    observations: tuple[Observation, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(
            observations=self.observations + other.observations,
            notices=self.notices + other.notices,
        )


def gathered(parts: Iterable[Found]) -> Found:
    """All parts in one."""
    whole = Found()
    for part in parts:
        whole += part
    return whole


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One printed statement about a gene, with the further columns of its row."""

    gene: str
    text: str
    source: Source
    significance: Significance = Significance.UNKNOWN
    analyte: Analyte | None = None
    origin: Origin = Origin.UNKNOWN
    specimen: str | None = None
    hgvs_c: str | None = None
    transcript: str | None = None
    vaf: float | None = None
    depth: int | None = None
    copies: float | None = None


def markers_of(symbol: str, classes: Iterable[AlterationClass] = SEQUENCED) -> tuple[Marker, ...]:
    """The markers of a gene for some classes; all that sequencing can see by default."""
    found = (genes.marker_of(symbol, name) for name in classes)
    return tuple(dict.fromkeys(marker for marker in found if marker))


def said(printed: Printed, markers: Iterable[Marker], status: Status) -> Found:
    """One explicit observation a marker."""
    return Found(
        observations=tuple(
            Observation(
                marker=marker,
                status=status,
                basis=Basis.EXPLICIT,
                source=printed.source,
                gene=printed.gene,
                alteration=printed.text or None,
                significance=printed.significance,
                origin=printed.origin,
                analyte=printed.analyte,
                specimen=printed.specimen,
                hgvs_c=printed.hgvs_c,
                transcript=printed.transcript,
                vaf=printed.vaf,
                depth=printed.depth,
                copies=printed.copies,
            )
            for marker in markers
        )
    )


def of_several(found: Found, named: Named) -> Found:
    """What one name of several genes says: a change of one of them, and nobody knows of which.

    "NTRK1/2/3 fusion: positive" finds no three fusions, and "RAS mutation" can be a gene that is
    none of ours. Where the change itself names its gene ("NTRK1/2/3: TPM3-NTRK1") it is that one's.
    """
    changed = [each for each in found.observations if each.status is Status.DETECTED]
    if any(each.gene not in named.symbols or _names_its_gene(each) for each in changed):
        return found
    if len({each.gene for each in changed}) < (1 if named.shared else 2):
        return found
    opened = (replace(each, status=Status.INDETERMINATE) for each in found.observations)
    source = changed[0].source
    message = f"page {source.page}: “{source.text}” does not say of which gene it is"
    notice = Notice(code="gene_not_named", message=message)
    return Found(observations=tuple(opened), notices=(*found.notices, notice))


def _names_its_gene(item: Observation) -> bool:
    return any(each.symbol == item.gene for each in items(item.alteration or ""))


def not_understood(printed: Printed) -> Found:
    """An alteration of our gene that nobody here can classify: every marker of it is open."""
    if printed.gene not in genes.PANEL:
        return Found()
    shown = printed.text or printed.source.text
    message = f"page {printed.source.page}: {printed.gene} is printed with “{shown}”"
    notice = Notice(code="alteration_not_understood", message=f"{message}, not understood")
    if printed.significance in {Significance.VUS, Significance.BENIGN}:
        return Found(notices=(notice,))
    found = said(printed, markers_of(printed.gene), Status.INDETERMINATE)
    return Found(observations=found.observations, notices=(notice,))


def alteration(printed: Printed) -> Found:
    """What a result or VUS section says of one of our genes, or of a partner of one."""
    printed = _of_our_gene(replace(printed, text=asides.without(printed.text)))
    if printed.gene not in genes.PANEL:
        return Found()
    if LOSS.match(plain(printed.text)):
        return _no_marker(printed)
    if printed.significance is Significance.UNKNOWN and SILENT.search(printed.text):
        printed = replace(printed, significance=Significance.BENIGN)
    verdict = phrases.verdict(printed.text)
    class_ = alterations.classify(printed.gene, printed.text)
    if TRANSCRIPT.search(plain(printed.text)):
        return not_understood(printed)
    if class_ in VALUED:
        return _scored(printed, class_)
    if verdict and verdict.status is not Status.DETECTED:
        return _not_positive(printed, verdict, class_)
    if is_sentence(printed.text):
        return _told_in_a_sentence(printed, verdict, class_)
    if class_ is None:
        return _without_class(printed)
    if verdict is None and is_unread(printed.gene, printed.text):
        return _open(printed, class_)
    marker = genes.marker_of(printed.gene, class_)
    if marker is None:
        return _no_marker(printed)
    if class_ is AlterationClass.AMPLIFICATION:
        return _copies(printed, marker)
    return said(printed, (marker,), Status.DETECTED)


def is_unread(gene: str, text: str) -> bool:
    """True if a statement without yes or no holds words, or ends in a colon, that nobody read.

    "FGFR2 fusion: awaited" and "IDH1 mutation analysis" name a class of alteration alone: it is
    found only where nothing but its name is printed. Beside a change that is named ("V600E: see
    comment") what stands behind its colon must be understood.
    """
    label, colon, answer = re.sub(r":\s*$", ": ", text).partition(": ")
    if colon and not re.search(r"[\w+✓✔☑☒]", answer):
        return True
    if _names_a_change(gene, text):
        told = answer and not _names_a_change(gene, answer) and not re.search(r"[1-9]", answer)
        asked = re.split(r"[;,.]\s", label)[-1]  # "R132C; therapy option: ivosidenib" is read
        return bool(told and _names_a_change(gene, asked) and _left_over(answer))
    return bool(_left_over(text))


def _names_a_change(gene: str, text: str) -> bool:
    words = [word.strip("()[],;.:") for word in text.split()]
    count = alterations.copy_number(gene, text)
    if count is not None and count.copies:
        return True
    if any(hgvs.protein(word) or hgvs.coding(word) for word in words):
        return True
    pairs = (fusions.fusion(each, gene) for each in (text, *words))
    return any(each is not None and each.five_prime and each.three_prime for each in pairs)


def _left_over(text: str) -> str:
    """The words of a text that are neither its gene, nor a class of alteration, nor filling."""
    text = NO_PARTNER.sub("", text)
    kept = [word for word in re.split(r"[\s/]+", text) if not _is_a_gene(word.strip("()[],;.:"))]
    return asides.left_over(CLASS_WORDS.sub(" ", plain(" ".join(kept)))).strip()


def _is_a_gene(word: str) -> bool:
    return genes.symbol_of(word) is not None or bool(re.fullmatch(r"[A-Z]+\d[A-Z0-9]*", word))


def _open(printed: Printed, class_: AlterationClass) -> Found:
    """An alteration beside words that nobody here understands."""
    message = f"page {printed.source.page}: {printed.gene} is printed with “{printed.text}”"
    notice = Notice(code="alteration_not_understood", message=f"{message}, not understood")
    found = said(printed, markers_of(printed.gene, (class_,)), Status.INDETERMINATE)
    return Found(observations=found.observations, notices=(notice,))


def _of_our_gene(printed: Printed) -> Printed:
    """The statement under the gene whose fusion it is: "TPM3 | TPM3-NTRK1 fusion" is NTRK1's."""
    known = fusions.fusion(printed.text)
    if (
        known is None
        or known.gene not in genes.PANEL
        or not (known.five_prime and known.three_prime)
    ):
        return printed
    if printed.gene in {known.five_prime, known.three_prime} & set(genes.PANEL):
        return printed
    return replace(printed, gene=known.gene)


def _scored(printed: Printed, class_: AlterationClass) -> Found:
    """A stain or an in-situ result printed beside the gene ("IHC 3+")."""
    marker = genes.marker_of(printed.gene, class_)
    if marker is None:
        return _no_marker(printed)
    verdict = phrases.valued(marker, printed.text)
    return value(marker, printed.text, verdict, printed.source, printed.analyte)


def is_sentence(text: str) -> bool:
    """True for running text: seven words and more, several of them such as "the" and "is"."""
    words = plain(text).split()
    return len(words) >= 7 and sum(word in PROSE_WORDS for word in words) >= 2


def _told_in_a_sentence(
    printed: Printed, verdict: Verdict | None, class_: AlterationClass | None
) -> Found:
    """A sentence among results proves nothing; if it states a change, a person must look."""
    message = f"page {printed.source.page}: a sentence among the results: “{printed.text}”"
    notice = Notice(code="sentence_in_results", message=message)
    changed = class_ is AlterationClass.MUTATION and not asides.proves_nothing(printed.text)
    if class_ is None or (verdict is None and not changed):
        return Found(notices=(notice,))
    markers = markers_of(printed.gene, (class_,))
    return Found(notices=(notice,)) + said(printed, markers, Status.INDETERMINATE)


def _copies(printed: Printed, marker: Marker) -> Found:
    """Only an amplification is one: a gain or an equivocal call is open, a loss is no marker."""
    known = alterations.copy_number(printed.gene, printed.text)
    if known is None:
        return not_understood(printed)
    if known.change == "loss":
        return _no_marker(printed)
    certain = known.change == "amplification"
    return said(printed, (marker,), Status.DETECTED if certain else Status.INDETERMINATE)


def _no_marker(printed: Printed) -> Found:
    message = f"page {printed.source.page}: {printed.gene} “{printed.text}” has no marker"
    return Found(notices=(Notice(code="no_marker", message=message),))


def _without_class(printed: Printed) -> Found:
    """Expression levels are understood and are no marker; the rest is open."""
    if LEVELS.match(plain(printed.text)):
        return _no_marker(printed)
    return not_understood(printed)


def _not_positive(printed: Printed, verdict: Verdict, class_: AlterationClass | None) -> Found:
    classes = classes_in(printed.text) or ((class_,) if class_ else ())
    markers = markers_of(printed.gene, classes)
    if verdict.status is Status.NOT_DETECTED:
        return negative(printed, classes)
    return said(printed, markers or markers_of(printed.gene), verdict.status)


def negative(printed: Printed, classes: Iterable[AlterationClass], *, change: str = "") -> Found:
    """A printed negative for the classes it names; without a class nothing is concluded.

    *change* holds the words about the one protein change, codon or exon that the negative speaks
    of: it leaves the marker open, unless `pipeline/data/single_changes.csv` or `data/regions.csv`
    says that this is all that counts.
    """
    listed = tuple(classes)
    single = hgvs.protein(change)
    if single and not is_all_that_counts(printed.gene, single):
        return _only_in_part(printed, single)
    part = None if single else part_of(printed.gene, change)
    if part and AlterationClass.MUTATION in listed:
        others = [kind for kind in listed if kind is not AlterationClass.MUTATION]
        rest = said(printed, markers_of(printed.gene, others), Status.NOT_DETECTED)
        return rest + _only_in_part(printed, part)
    markers = markers_of(printed.gene, listed)
    if markers or listed:
        return said(printed, markers, Status.NOT_DETECTED)
    message = f"page {printed.source.page}: “{printed.source.text}” does not say which alterations"
    return Found(notices=(Notice(code="negative_without_class", message=message),))


def _only_in_part(printed: Printed, part: str) -> Found:
    message = f"page {printed.source.page}: only {printed.gene} {part} is said to be absent"
    notice = Notice(code="single_change_negative", message=message)
    markers = markers_of(printed.gene, (AlterationClass.MUTATION,))
    return Found(notices=(notice,)) + said(printed, markers, Status.INDETERMINATE)


def value(
    marker: Marker, text: str, verdict: Verdict | None, source: Source, analyte: Analyte | None
) -> Found:
    """A valued marker (MSI, MMR, TMB, HER2 stains); not understood is indeterminate."""
    status = verdict.status if verdict else Status.INDETERMINATE
    observation = Observation(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        source=source,
        gene=marker.gene,
        alteration=text,
        analyte=analyte,
        value=verdict.value if verdict else None,
        unit=verdict.unit if verdict else None,
    )
    if verdict:
        return Found(observations=(observation,))
    message = f"page {source.page}: {marker} is printed with “{text}”, not understood"
    notice = Notice(code="value_not_understood", message=message)
    return Found(observations=(observation,), notices=(notice,))
