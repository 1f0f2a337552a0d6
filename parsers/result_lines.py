"""Lines of a result section outside its tables in, observations out: "CNV: none (ERBB2, MET)".

A line has a topic ("Fusions (RNA)", "MSI") and says something of it, or names a gene and what was
found. Wrapped lines are joined first, so that a "not" at the start of the next line is not lost.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers import apart, asides, biomarkers, gene_results, negatives, phrases, stains
from parsers.claims import (
    SEQUENCED,
    Found,
    Printed,
    alteration,
    gathered,
    markers_of,
    not_understood,
    of_several,
    said,
)
from parsers.evidence import Evidence
from parsers.gene_text import classes_in, items, leading, parts_of
from parsers.page import Cell
from parsers.sections import Section, is_prose
from parsers.stains import Stain
from parsers.tiers import graded_within
from parsers.variant_rows import NOT_EXAMINED, About, whole_class
from pipeline import alterations, fusions, genes, hgvs
from pipeline.model import AlterationClass, Analyte, Coverage, Marker, Notice, Significance, Status

OPEN = re.compile(
    r"(?:[,/(–:;-]|\b(?:or|and|of|no|in|for|with|the|not|was|were|is|are|been))$", re.IGNORECASE
)
LABEL = re.compile(r"^([^:]{2,60}?)\s*:\s*(.*)$", re.DOTALL)
EARLIER = re.compile(
    r"(?:previous|prior|earlier|outside|clinical) (?:molecular |ngs |panel )?"
    r"(?:panels?|specimens?|samples?|biops(?:y|ies)|results?|reports?|tests?|testing|findings?"
    r"|history|diagnos\w+)\b"
    r"|in (?:19|20)\d\d\b"
    r"|previously (?:reported|identified|detected|known)\b|vorbefund"
    r"|(?:known|history) (?:from|of)\b",
    re.IGNORECASE,
)
OF_THE_ASSAY = re.compile(
    r"\b(?:assay|test|panel|method) (?:detects|covers|includes|interrogates|identifies|examines"
    r"|can detect|(?:is|was) designed)\b|\blimit of detection (?:for|of|is)\b"
    r"|\b(?:is|are) (?:considered|defined|regarded)\b|\bdefined as\b|\bcriteria for\b"
    r"|^(?:according to|per|by) (?:\w+[ /])*?(?:guidelines?|criteria),",
    re.IGNORECASE,
)
SIGNATURES = (
    ("MSI", re.compile(r"\bmsi\b|\bmsih\b|\bmss\b|mi[ck]rosatell?it")),
    ("MMR", re.compile(r"\b[dp]mmr\b|\bmmr\b|\bmmr-?[dp]\b|mismatch repair")),
    ("TMB", re.compile(r"\btmb\b|mutation(?:al)? burden|mutationslast")),
)
DEFINED = re.compile(
    r"\bdefin|\bif\b|\bmay\b|\bsee\b|≥|>=|\bcriteri|\bassess|\brespon|\bapproved\b|\bpatients\b",
    re.IGNORECASE,
)
EXPRESSED = re.compile(r"^(?!.*\b(?:m?rna|transcript)).*\b(?:over-?)?express", re.IGNORECASE)
STAINED = re.compile(
    r"\b(?:retained|intact|preserved|expression|stain\w*|immuno\w+|ihc|[dp]?mmr|nuclear|proteins?)\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"(?<=[\w)%]);\s+|(?<=[\w)%])\.\s+(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One line or several joined, with their cells."""

    text: str
    lines: tuple[tuple[Cell, ...], ...]
    is_part: bool = False  # of a line that says several things

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells in reading order."""
        return tuple(cell for line in self.lines for cell in line)


def of_section(part: Section, about: About, covered: Sequence[Coverage]) -> Found:
    """What the lines of a section say; *part* holds the cells that stand in no table."""
    whole = (piece for clause in clauses(part) for piece in _pieces(clause))
    return gathered(_said(piece, about, covered) for piece in whole)


def clauses(part: Section) -> Iterator[Clause]:
    """The lines of a section, each with the lines it wraps into; what follows a heading's colon."""
    lines = list(part.lines)
    if part.heading and part.heading.inline:
        lines.insert(0, part.heading.consumed)
    open_: list[tuple[Cell, ...]] = []
    for line in lines:
        if open_ and not (_goes_on(open_[-1], line) or _is_listed(open_, line)):
            yield _clause(open_)
            open_ = []
        open_.append(line)
    if open_:
        yield _clause(open_)


def _is_listed(above: Sequence[tuple[Cell, ...]], line: tuple[Cell, ...]) -> bool:
    """True if a line goes on with a list that is denied: "Not detected:" and genes beneath it."""
    head = " ".join(cell.text for cell in above[0])
    near = line[0].top - above[-1][0].bottom < line[0].size
    return near and apart.is_denied_list(head, " ".join(cell.text for cell in line))


def _clause(lines: Sequence[tuple[Cell, ...]]) -> Clause:
    text = apart.unglued(" ".join(cell.text for line in lines for cell in line))
    return Clause(text=text, lines=tuple(lines))


def _goes_on(above: tuple[Cell, ...], line: tuple[Cell, ...]) -> bool:
    """True if a line is the rest of the one above: that one is unfinished, or this begins small."""
    last = " ".join(cell.text for cell in above)
    first = line[0].text
    if line[0].page != above[0].page:
        return bool(OPEN.search(last))
    if apart.answers(last, " ".join(cell.text for cell in line)):
        return line[0].top - above[0].bottom < 2 * line[0].size
    near = line[0].top - above[0].bottom < 0.9 * line[0].size
    small = first[:1].islower() and not last.endswith((".", ";")) and not first.startswith("c.")
    return near and (bool(OPEN.search(last)) or small or first[:1] == "(")


def _pieces(clause: Clause) -> list[Clause]:
    """The statements of a line: "IDH1 p.R132C detected; KRAS wild type" says two things."""
    if asides.begins_elsewhere(clause.text) or EARLIER.match(clause.text):
        return [clause]
    whole_ = [text for text in SEVERAL.split(clause.text) if text.strip()]
    texts = [half for text in apart.headed(whole_) for half in apart.contrasted(text)]
    named = [(text, apart.ours(text)) for text in texts]
    telling = [(text, found) for text, found in named if found or _signed(text)]
    if len(telling) < 2 and _signed(clause.text) and apart.ours(clause.text):
        parts = [part for part in re.split(r",\s+", clause.text) if part.strip()]
        if all(apart.ours(part) or _signed(part) for part in parts):  # "MSS, IDH1 R132C"
            return [Clause(text=part, lines=clause.lines, is_part=True) for part in parts]
    if len(telling) < 2 and phrases.verdict(clause.text):
        texts = apart.pieces(clause.text)
        telling = [(text, apart.ours(text)) for text in texts]
    whole = all(
        not found or phrases.verdict(text) or _changes(text, found) for text, found in telling
    )
    if len(telling) < 2 or not whole:
        return [clause]
    return [Clause(text=text, lines=clause.lines, is_part=True) for text in texts]


def _signed(text: str) -> bool:
    return any(pattern.search(phrases.plain(text)) for _, pattern in SIGNATURES)


def _changes(text: str, symbols: Sequence[str]) -> bool:
    return any(alterations.classify(symbol, text) for symbol in symbols)


# -------------------------------------------------------------------------------------- meaning
def _said(clause: Clause, about: About, covered: Sequence[Coverage]) -> Found:
    if is_prose([clause.text]):
        return _told_in_prose(clause, about.evidence)
    if EARLIER.match(clause.text) or OF_THE_ASSAY.search(clause.text):
        return _not_of_this_test(clause)
    if asides.begins_elsewhere(clause.text):
        return _not_of_this_test(clause)
    if asides.tells_no_result(clause.text) and apart.ours(clause.text):
        return _not_of_this_test(clause) + _opened(clause, about)
    if asides.is_control(clause.text) and apart.ours(clause.text):
        return _not_of_this_test(clause)
    signature = _signature(clause, about) or _stated_signature(clause, about)
    if signature:
        return signature
    topic = next(filter(classes_in, (_topic(clause.text), clause.text)), about.title)
    verdict = phrases.verdict(clause.text)
    named = [item for item in items(clause.text) if item.symbol in genes.PANEL]
    classes = classes_in(topic)
    stained = [_stained(item.symbol, clause, about) for item in named]
    if any(part.observations for part in stained):
        return gathered(stained)
    if verdict and verdict.status in NOT_EXAMINED and not named:
        return whole_class(clause.text, about.evidence.of(clause.cells), classes, verdict.status)
    if verdict and verdict.status is not Status.DETECTED:
        absent = negatives.absence(clause.text, clause.cells, about.evidence, covered, title=topic)
        return absent + _changes_beside(clause, verdict, absent, about)
    if not named:
        return Found()
    return _found(clause, about)


def _changes_beside(clause: Clause, verdict: phrases.Verdict, absent: Found, about: About) -> Found:
    """Protein changes of a line that also denies something: open, where nothing else is said."""
    if verdict.status is not Status.INDETERMINATE or not apart.protein(clause.text):
        return Found()
    known = {item.marker for item in absent.observations}
    return gathered(
        said(_printed(symbol, clause.text, clause, about), left, Status.INDETERMINATE)
        for symbol in apart.ours(clause.text)
        if (left := set(markers_of(symbol, (AlterationClass.MUTATION,))) - known)
    )


def _stained(symbol: str, clause: Clause, about: About) -> Found:
    """A stain or an in-situ test of a gene: its negative is no negative of sequencing."""
    parts: Sequence[str] = stains.apart(clause.text) or re.split(r"[,;]\s+", clause.text)
    kinds = [alterations.classify(symbol, part) for part in parts]
    if AlterationClass.IHC in kinds and AlterationClass.ISH in kinds:  # "HER2 2+, FISH amplified"
        return gathered(_stained(symbol, replace(clause, text=part), about) for part in parts)
    kind = alterations.classify(symbol, clause.text)
    if EXPRESSED.search(clause.text) and genes.marker_of(symbol, AlterationClass.IHC):
        kind = AlterationClass.IHC
    if kind is AlterationClass.IHC:
        return stains.immunohistochemistry(_printed(symbol, clause.text, clause, about))
    if kind is AlterationClass.ISH:
        return stains.in_situ(_printed(symbol, clause.text, clause, about))
    return Found()


def _topic(text: str) -> str:
    """What stands before a colon: "Fusions (RNA)", "CNV"; empty without one."""
    found = LABEL.match(text)
    return found[1] if found else ""


def _signature(clause: Clause, about: About) -> Found | None:
    """MSI, TMB and the like, wherever the line begins with them or a sentence holds the value."""
    if clause.is_part:  # its cells are those of the whole line
        return None
    context = gene_results.Context(evidence=about.evidence, analyte=about.analyte or Analyte.DNA)
    kind, text = gene_results.signature(clause.lines[0][0])
    if kind:
        rest = [cell.text for cell in clause.cells[1:]]
        printed = " ".join([text, *rest]).strip(" :")
        return gene_results.valued(kind, printed, clause.cells, context) if printed else Found()
    return None


def _stated_signature(clause: Clause, about: About) -> Found | None:
    """A line that names no gene and says "MSI-H" or "No microsatellite instability"."""
    named = [each for each in items(clause.text) if not _is_repair(each.symbol)]
    if named or about.significance is not Significance.UNKNOWN:
        return None
    context = gene_results.Context(evidence=about.evidence, analyte=about.analyte or Analyte.DNA)
    told = [kind for kind, pattern in SIGNATURES if pattern.search(phrases.plain(clause.text))]
    if told and DEFINED.search(clause.text):
        return _not_of_this_test(clause)
    found = (gene_results.valued(kind, clause.text, clause.cells, context) for kind in told)
    return gathered(found) if told else None


def _is_repair(symbol: str) -> bool:
    return biomarkers.kind_of(symbol) == biomarkers.PROTEIN


def _not_of_this_test(clause: Clause) -> Found:
    """An earlier result, or what the assay can see: told, and no result of this specimen."""
    message = f"page {clause.cells[0].page}: “{clause.text[:160]}” is no result of this test"
    return Found(notices=(Notice(code="not_of_this_test", message=message),))


def _found(clause: Clause, about: About) -> Found:
    """A line that names our gene and denies nothing: after its topic, or as a list is read."""
    if phrases.verdict(clause.text) is None and asides.is_open(clause.text):
        return _opened(clause, about)
    found = _by_shape(clause, about)
    return found if found.observations or found.notices else _named_within(clause, about)


def _opened(clause: Clause, about: About) -> Found:
    """A line that names our gene beside words that nobody understands: open, never detected."""
    named = [item for item in items(clause.text) if item.symbol in genes.PANEL]
    return gathered(
        said(
            _printed(item.symbol, clause.text, clause, about),
            markers_of(item.symbol, item.classes or _class_of(item.symbol, clause.text)),
            Status.INDETERMINATE,
        )
        for item in named
    )


def _class_of(symbol: str, text: str) -> tuple[AlterationClass, ...]:
    known = alterations.classify(symbol, text)
    return (known,) if known else SEQUENCED


def _by_shape(clause: Clause, about: About) -> Found:
    labelled = LABEL.match(clause.text)
    if labelled and classes_in(labelled[1]) and not items(labelled[1]):
        parts = (part for some in parts_of(labelled[2], ";") for part in parts_of(some, ","))
        return gathered(_listed(part, labelled[1], clause, about) for part in parts)
    if clause.is_part:
        return _listed(clause.text, "", clause, about)
    context = gene_results.Context(
        evidence=about.evidence,
        analyte=about.analyte or Analyte.DNA,
        significance=_significance(clause.text, about),
        origin=about.origin,
    )
    return gene_results.genes(clause.lines, context)


def _listed(part: str, topic: str, clause: Clause, about: About) -> Found:
    """One item after a topic: "ERBB2 (CN 22)" after "Amplifications"."""
    words = part.split()
    named = leading(words)
    if named is None or not named.symbols:
        return Found()
    fused = named.length == 1 and any(mark in words[0] for mark in ("-", "::", "="))
    rest = part if fused else " ".join(words[named.length :])
    known = "amplification" if "amplif" in phrases.plain(topic) else ""
    text = " ".join(filter(None, (known, rest.strip(" -–:"))))
    found = gathered(
        alteration(_printed(symbol, gene_results.with_name(symbol, text), clause, about))
        for symbol in named.symbols
    )
    return of_several(found, named)


def _named_within(clause: Clause, about: About) -> Found:
    """A gene of ours in the middle of a line; two of them, and nobody knows whose change it is."""
    symbols = dict.fromkeys(item.symbol for item in items(clause.text))
    ours = [symbol for symbol in symbols if symbol in genes.PANEL]
    if len(ours) == 1 and _is_told(clause.text):
        return alteration(_printed(ours[0], clause.text, clause, about))
    return gathered(not_understood(_printed(one, clause.text, clause, about)) for one in ours)


def _is_told(text: str) -> bool:
    """True if a line says "detected", or names a change itself; a class alone is not enough."""
    verdict = phrases.verdict(text)
    known = fusions.fusion(text)
    paired = known is not None and known.five_prime and known.three_prime
    changed = any(hgvs.protein(word.strip("()[],;.:")) for word in text.split())
    return bool(paired or changed or (verdict and verdict.status is Status.DETECTED))


def _significance(text: str, about: About) -> Significance:
    known = about.significance is not Significance.UNKNOWN
    return about.significance if known else graded_within(text)


def _printed(symbol: str, text: str, clause: Clause, about: About) -> Printed:
    return Printed(
        gene=symbol,
        text=text,
        source=about.evidence.of(clause.cells),
        significance=_significance(text, about),
        analyte=about.analyte,
        origin=about.origin,
        vaf=phrases.share(text) if "%" in text else None,
    )


def _told_in_prose(clause: Clause, evidence: Evidence) -> Found:
    """Running text among results is no result: told, and open where it states a change of ours."""
    named = [item.symbol for item in items(clause.text) if item.symbol in genes.PANEL]
    if not named:
        return Found()
    page = clause.cells[0].page
    message = f"page {page}: a sentence among the results: “{clause.text[:160]}”"
    notice = Found(notices=(Notice(code="sentence_in_results", message=message),))
    general = DEFINED.search(clause.text) or EARLIER.search(clause.text)
    if general or asides.is_open(clause.text) or not apart.protein(clause.text):
        return notice
    about = About(evidence=evidence)
    return notice + gathered(
        said(
            _printed(symbol, clause.text, clause, about),
            markers_of(symbol, (AlterationClass.MUTATION,)),
            Status.INDETERMINATE,
        )
        for symbol in dict.fromkeys(named)
    )


# -------------------------------------------------------------------------------------- stains
def mismatch_repair_stains(part: Section) -> Iterator[Stain]:
    """The lines "MLH1: retained" of a section, whether in a table or not; a variant is no stain."""
    for line in part.lines:
        words = " ".join(cell.text for cell in line).split()
        protein, rest = words[0].strip(":,;"), " ".join(words[1:])
        if re.search(r"\b[cp]\.|copy", rest):
            continue
        if _is_repair(protein) and phrases.valued(Marker.MMR, rest):
            yield protein, rest, line
        elif not _is_repair(protein):
            told = stains.proteins_told(" ".join(words))
            # Two of them together are a stain; one that is lost alone can be one of copies.
            if len(told) > 1 or STAINED.search(" ".join(words)):
                yield from ((name, stain, line) for name, stain in told)
