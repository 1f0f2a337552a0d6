"""Layout family F in, a `Reading` out: a pathology report in running text, often monospaced.

HER2 stains and in-situ tests, mismatch repair proteins, and molecular results told in lines or
sentences, for one specimen or for several with letters. Seen so far: synthetic reports only
(samples 06 and 15); the wording is that of vendor_reports 2.11 and 5.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers import apart, asides, negatives, phrases, specimen_parts, stains
from parsers.claims import (
    SEQUENCED,
    Found,
    Printed,
    alteration,
    gathered,
    is_sentence,
    is_unread,
    markers_of,
    negative,
    said,
    value,
)
from parsers.clauses import Clause, clauses_of
from parsers.evidence import Evidence
from parsers.fingerprint import Fingerprint
from parsers.gene_text import classes_in, items
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Document
from parsers.prose import Block, blocks, body, entry_of, vocabulary
from parsers.report import Read, reading
from parsers.result_lines import EARLIER
from parsers.sections import Section
from parsers.stain_text import (
    ADVICE,
    ELSEWHERE,
    OPEN,
    SHORT,
    STAINS,
    Context,
    her2_topic,
    of_specimen,
    stain_mentioned,
    stained_apart,
    stains_told,
    topic_of,
    without_advice,
)
from parsers.tiers import graded_within
from pipeline import fusions, hgvs
from pipeline.model import AlterationClass, Marker, Notice, Reading, Status

READER = "pathology_text 1"
RECOGNISE = Fingerprint(
    groups=(),
    labels=(
        (
            "Surgical Pathology",
            "Anatomic Pathology",
            "Anatomical Pathology",
            "Cellular Pathology",
            "Pathology Report",
            "Pathology Consultation",
            "Histopathology",
            "Immunohistochemistry Report",
            "Final Diagnosis",
            "Final Pathologic Diagnosis",
            "Pathologic Diagnosis",
            "Histologic Diagnosis",
            "Specimen(s) Submitted",
            "Specimens Submitted",
            "Specimen Submitted",
            "Gross Description",
        ),
        (
            *(entry.key for entry in vocabulary() if entry.topic in STAINS),
            "Immunohistochemistry",
            "Immunohistochemical",
            "Immunostains",
            "MLH1",
            "Molecular",
            "Ancillary",
            "Predictive",
        ),
    ),
    absent=(
        "Genomic Findings",
        "Gene Alterations",
        "Genomic Alterations",
        "Genomic Signatures",
        "Biomarker Findings",
        "Genomic Variants",
        "Results with Therapy Associations",
        "Cancer-Type Relevant Biomarkers",
        "Relevant Biomarkers",
        "DNA Sequence Variants",
        "Detected Alteration(s)",
        "Biomarker/Assay Results",
        "Molecular Testing Detail",
        "Histology Testing Detail",
        "FISH Testing Detail",
    ),
)
PAST = re.compile(r"history|prior|previous|outside|clinical|pertinent", re.IGNORECASE)
FRACTION = re.compile(
    r"\b(?:vaf|maf|af|allele (?:fraction|frequency)|variant frequency|frequency)\b\D{0,20}"
    r"(\d+(?:[.,]\d+)?\s*%?)",
    re.IGNORECASE,
)


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    found_blocks = blocks(document)
    named = identity_block(document, _identity_parts(document, found_blocks))
    block = replace(named, printed=(*named.printed, *specimen_parts.diagnoses(found_blocks)))
    letters = tuple(part.letter for part in specimen_parts.lettered(found_blocks))
    everything = clauses_of(found_blocks, letters)
    spoken = [each for each in everything if _speaks(each, found_blocks)]
    told = [part for each in spoken for part in stained_apart(each)]
    context = Context(
        evidence=Evidence(sha256=document.sha256, reader=READER),
        blocks=found_blocks,
        several=len(letters) > 1,
    )
    found = gathered((*stains_told(told, context), *(_genes(each, context) for each in told)))
    return reading(
        Read(
            document=document,
            parts=tuple(_section(each) for each in found_blocks),
            block=block,
            found=found + _unplaced(found, context) + _in_narrative(everything, found, context),
            covered=(),
            required=_required(block, found),
            specimens=specimen_parts.specimens(found_blocks, block),
        )
    )


def _required(block: IdentityBlock, found: Found) -> dict[str, bool]:
    named = (block.first(field) for field in ("name", "mrn", "accession"))
    return {
        "patient or accession": any(named),
        "a result of a stain or a gene": bool(found.observations),
    }


def _section(block: Block) -> Section:
    """The block for the parts all families share: a diagnosis holds results, not labels."""
    return block.section(Zone.RESULT if block.topic == "diagnosis" else block.zone)


def _in_narrative(everything: Sequence[Clause], found: Found, context: Context) -> Found:
    """Results that only a description or a comment tells: a person is told, and nothing is made."""
    known = {item.marker for item in found.observations}
    narrative = (each for each in everything if context.blocks[each.block].zone is Zone.NARRATIVE)
    open_ = gathered(
        _opened(each, context, known)
        for each in everything
        if context.blocks[each.block].zone is Zone.NARRATIVE
        and not PAST.search(context.blocks[each.block].title)
    )
    told = dict.fromkeys(
        f"page {each.cells[0].page}: {marker.value} is spoken of outside the results: “{each.text}”"
        for each in narrative
        if (marker := stain_mentioned(each)) is not None and marker not in known
    )
    notices = tuple(Notice(code="told_in_narrative", message=one) for one in told)
    return Found(notices=notices) + open_


def _opened(clause: Clause, context: Context, known: set[Marker]) -> Found:
    """A change or a result that stands outside the results only: open, and a person is told."""
    if EARLIER.search(clause.text) or asides.proves_nothing(clause.text):
        return Found()
    stain = stain_mentioned(clause)
    strange = entry_of(context.blocks[clause.block].title) is None
    if strange and stain is not None and stain not in known:
        printed = Printed(
            gene=stain.gene or "", text="", source=context.evidence.of(clause.cells, clause.text)
        )
        return said(printed, (stain,), Status.INDETERMINATE)
    seen = [
        item
        for item in _genes(clause, context).observations
        if item.status is Status.DETECTED and item.marker not in known
    ]
    message = f"page {clause.cells[0].page}: “{clause.text}” stands outside the results"
    notice = (Notice(code="told_in_narrative", message=message),) if seen else ()
    left = tuple(replace(item, status=Status.INDETERMINATE) for item in seen)
    return Found(observations=left, notices=notice)


def _identity_parts(document: Document, found: Sequence[Block]) -> tuple[Section, ...]:
    """The head before the first heading, specimens, and the heads of all pages."""
    inner = {id(line) for line in body(document)}
    heads = [
        cell
        for page in document.pages
        for line in page.lines
        if line.top < 0.16 * page.height or id(line) not in inner
        for cell in line.cells
    ]
    own = [block.section(block.zone) for block in found if block.zone in {None, Zone.IDENT}]
    return (*own, Section(zone=Zone.IDENT, heading=None, cells=tuple(heads)))


def _speaks(clause: Clause, found: Sequence[Block]) -> bool:
    """True for results, for what a diagnosis says, and for an interpretation in brief."""
    block = found[clause.block]
    if block.topic == "interpretation":
        brief = len(clause.text.split()) <= SHORT or not is_sentence(clause.text)
        return brief and not ADVICE.search(clause.text.casefold())
    return block.zone is Zone.RESULT or block.topic == "diagnosis"


def _unplaced(found: Found, context: Context) -> Found:
    if not context.several or all(item.specimen for item in found.observations):
        return Found()
    lost = dict.fromkeys(item.marker.value for item in found.observations if not item.specimen)
    message = f"several specimens, and none is named for {', '.join(lost)}"
    return Found(notices=(Notice(code="specimen_not_stated", message=message),))


# -------------------------------------------------------------------------------------- genes
def _genes(clause: Clause, context: Context) -> Found:
    """What a clause says of genes by sequencing; once for each specimen it is about."""
    if her2_topic(clause, context) or topic_of(clause, context) in STAINS:
        return Found()
    text = asides.without(clause.text)
    named = apart.ours(text)
    if EARLIER.match(text) or asides.begins_elsewhere(text) or (named and asides.is_control(text)):
        return _of_elsewhere(clause)
    if ELSEWHERE.search(text) and named and apart.protein(text):
        return _of_elsewhere(clause)
    if stains.proteins_told(text):
        return Found()
    found = _microsatellites(clause, context) + _burden(clause, context)
    # Advice beside a result ("MSI-H, suggestive of Lynch syndrome") takes nothing from it.
    own = "" if ELSEWHERE.search(text) else without_advice(text)
    if own:
        found = gathered(_gene(part, clause, context) for part in apart.pieces(own)) + found
    return gathered(of_specimen(found, name) for name in (clause.specimens or ("",)))


def _microsatellites(clause: Clause, context: Context) -> Found:
    text = clause.text
    title = context.blocks[clause.block].title
    if re.search(r"microsatellite", title.casefold()) and not apart.ours(text):
        text = f"{title} {text}"
    if not re.search(r"\bmicrosatellite|\bmsi\b|\bmsih\b|\bmss\b|\bmsi-", text.casefold()):
        return Found()
    source = context.evidence.of(clause.cells, text)
    verdict = phrases.valued(Marker.MSI, text)
    return value(Marker.MSI, text, verdict, source, None)


def _burden(clause: Clause, context: Context) -> Found:
    if not re.search(r"\bb?tmb\b|mutation(?:al)? burden", clause.text.casefold()):
        return Found()
    plasma = "btmb" in clause.text.casefold()
    verdict = phrases.valued(Marker.TMB, clause.text, plasma=plasma)
    return value(Marker.TMB, clause.text, verdict, context.evidence.of(clause.cells), None)


def _of_elsewhere(clause: Clause) -> Found:
    message = f"page {clause.cells[0].page}: “{clause.text}” is no result of this test"
    return Found(notices=(Notice(code="not_of_this_test", message=message),))


def _gene(text: str, clause: Clause, context: Context) -> Found:
    found = []
    title = context.blocks[clause.block].title
    for symbol in apart.ours(text):
        share = FRACTION.search(text)
        printed = Printed(
            gene=symbol,
            text=text,
            source=context.evidence.of(clause.cells, clause.text),
            hgvs_c=next(
                (c for token in apart.TOKEN.findall(text) if (c := hgvs.coding(token))), None
            ),
            vaf=phrases.share(share[1]) if share else None,
            significance=graded_within(text),
        )
        found.append(_judged(printed, title))
    return gathered(found)


def _judged(printed: Printed, title: str) -> Found:
    text, several = printed.text, _is_of_several(printed)
    verdict = phrases.verdict(text)
    classes = classes_in(text) or classes_in(title)
    if OPEN.search(text.casefold()):
        message = f"page {printed.source.page}: {text}"
        return Found(notices=(Notice(code="pending", message=message),))
    if asides.tells_no_result(text):
        return said(printed, markers_of(printed.gene, classes or SEQUENCED), Status.INDETERMINATE)
    if verdict and verdict.status is Status.NOT_DETECTED:
        bare = replace(printed, text="", hgvs_c=None)
        if several:
            return _one_of_the_absent(bare, text, title)
        change = apart.protein(text) or text
        return negative(bare, classes or _usual(printed), change=change)
    if verdict and verdict.status is not Status.DETECTED:
        open_ = markers_of(printed.gene, _open(printed, classes)) or markers_of(printed.gene)
        return said(replace(printed, text=""), open_, verdict.status)
    if is_sentence(text) and (verdict is None or asides.is_general(text)):
        return _in_a_sentence(printed, classes, verdict)
    if verdict is None and asides.is_open(text):
        open_ = markers_of(printed.gene, _open(printed, classes) or SEQUENCED)
        return said(printed, open_, Status.INDETERMINATE)
    unread = verdict is None and is_unread(printed.gene, text)
    if several or unread:
        open_ = markers_of(printed.gene, _open(printed, classes) or SEQUENCED)
        return said(printed, open_, Status.INDETERMINATE)
    return alteration(replace(printed, text=_core(printed)))


def _one_of_the_absent(bare: Printed, text: str, title: str) -> Found:
    """One gene of a list that is denied: by the class or the change that stands beside itself."""
    own = next((each.classes for each in items(text) if each.symbol == bare.gene), ())
    change = negatives.single_change(bare.gene, text) or ""
    listed = own or negatives.behind_the_list(text) or classes_in(title)
    told = (AlterationClass.MUTATION,) if change else listed
    return negative(bare, told or _usual(replace(bare, text=text)), change=change)


def _is_of_several(printed: Printed) -> bool:
    """True if other genes are named too, or all by one name that this gene shares."""
    own = [each.shared for each in items(printed.text) if each.symbol == printed.gene]
    return len(apart.ours(printed.text)) > 1 or all(own)


def _usual(printed: Printed) -> tuple[AlterationClass, ...]:
    """What a denial without a class denies: mutations; of "HER2 negative" nobody knows."""
    by_protein = printed.gene == Marker.HER2_IHC.gene and printed.gene not in printed.text.upper()
    unclear = by_protein and not apart.protein(printed.text) and not _is_of_a_gene(printed)
    if _is_of_a_gene(printed) or apart.protein(printed.text):
        return (AlterationClass.MUTATION,)
    no_class = unclear or negatives.NO_CLASS.search(printed.text)
    return () if no_class else negatives.usual(printed.gene)


def _is_of_a_gene(printed: Printed) -> bool:
    return apart.OF_A_GENE.search(printed.text) is not None


def _open(printed: Printed, classes: tuple[AlterationClass, ...]) -> tuple[AlterationClass, ...]:
    """The classes that words beside an alteration leave open, that of a printed change too."""
    return (*classes, AlterationClass.MUTATION) if apart.protein(printed.text) else classes


def _in_a_sentence(
    printed: Printed, classes: tuple[AlterationClass, ...], verdict: phrases.Verdict | None
) -> Found:
    """A sentence that may be about tumours in general: a person looks if it states a change."""
    message = f"page {printed.source.page}: a sentence among the results: “{printed.text}”"
    notice = Found(notices=(Notice(code="sentence_in_results", message=message),))
    changed = apart.protein(printed.text) and not asides.proves_nothing(printed.text)
    if verdict is None and not changed:
        return notice
    classes = _open(printed, classes)
    open_ = markers_of(printed.gene, classes) or markers_of(printed.gene)
    return notice + said(replace(printed, text=""), open_, Status.INDETERMINATE)


def _core(printed: Printed) -> str:
    """The alteration in the words of the clause: a protein change, a fusion, else the rest."""
    protein = apart.protein(printed.text)
    if protein:
        return protein
    for word in printed.text.split():
        known = fusions.fusion(word.strip("(),"))
        if known and known.five_prime and known.three_prime and known.gene == printed.gene:
            return f"{word.strip('(),')} fusion"
    return re.sub(rf"^\W*{re.escape(printed.gene)}\b[\s:–-]*", "", printed.text).strip()
