"""NEG and INDET sections in, explicit negatives and open markers out.

A gene counts for the classes printed beside it, else for those of the heading, else (policy P1, a
"no reportable alterations" list) for every class that the printed gene lists cover for it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from parsers import phrases, stains
from parsers.claims import SEQUENCED, Found, Printed, gathered, markers_of, negative, said
from parsers.evidence import Evidence
from parsers.gene_text import Item, classes_in, items, leading
from parsers.headings import Zone
from parsers.page import Cell, compact
from parsers.partial import part_of
from parsers.sections import Section, is_prose
from pipeline import alterations, hgvs, tables
from pipeline.genes import PANEL, marker_of
from pipeline.model import AlterationClass, Coverage, Notice, Source, Status

NO_CLASS = re.compile(r"\bgenes?\b[^:,]{0,20}:|\b[fcs]?ish\b|in[- ]situ", re.IGNORECASE)
UNFINISHED = re.compile(
    r"(?:[,/(–-]|\b(?:or|and|of|no|not|in|for|with|the|was|were))$", re.IGNORECASE
)
EVERYTHING = re.compile(r"\bno reportable alterations\b|\bnot altered\b|\bwithout variants\b")


def statements(part: Section, evidence: Evidence, covered: Sequence[Coverage]) -> Found:
    """What the clauses of a NEG or INDET section say of our genes."""
    title = part.heading.text if part.heading else ""
    status = Status.INDETERMINATE if part.zone is Zone.INDET else Status.NOT_DETECTED
    context = _Context(title, status, evidence, covered)
    found: list[Found] = []
    lead = ""
    for text, cells in clauses(part):
        if items(text):
            context.lead = classes_in(lead) if lead.endswith(":") else ()
            found.append(_clause(text, cells, context))
        else:
            lead = f"{lead} {text}".strip() if not lead.endswith(":") else text
    return gathered(found)


def absence(
    text: str,
    cells: tuple[Cell, ...],
    evidence: Evidence,
    covered: Sequence[Coverage],
    *,
    title: str = "",
) -> Found:
    """What one clause of any section says that is known to deny something; *title* is its topic."""
    return _clause(text, cells, _Context(title, Status.NOT_DETECTED, evidence, covered))


class _Context:
    """The heading's words, the status it gives, and what the gene lists cover.

    *lead* holds the classes of a sentence that introduces a list ("No fusions were found in:").
    """

    def __init__(
        self, title: str, status: Status, evidence: Evidence, covered: Sequence[Coverage]
    ) -> None:
        head = title.split(":", 1)[0]
        self.status = status
        self.evidence = evidence
        self.covered = covered
        self.classes = _of_heading(phrases.plain(head))
        self.lead: tuple[AlterationClass, ...] = ()
        self.of_regions = "coverage" in compact(head)


def _of_heading(head: str) -> tuple[AlterationClass, ...]:
    """The classes of a heading; "by DNA sequencing" alone speaks of mutations."""
    if EVERYTHING.search(head):
        return ()
    by_sequencing = (AlterationClass.MUTATION,) if "dna sequencing" in head else ()
    return classes_in(head) or by_sequencing


def clauses(part: Section) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """The lines of a section, wrapped ones joined, each with its cells; prose is passed over."""
    text, cells = "", ()  # type: str, tuple[Cell, ...]
    if part.heading and part.heading.inline:
        text, cells = part.heading.inline, part.heading.consumed
    for line in part.lines:
        row = " ".join(cell.text for cell in line)
        if text and not UNFINISHED.search(text):
            yield text, cells
            text, cells = "", ()
        text, cells = f"{text} {row}".strip(), (*cells, *line)
    if text and not is_prose([text]):
        yield text, cells


def _clause(text: str, cells: tuple[Cell, ...], context: _Context) -> Found:
    if is_prose([text]):
        return Found()
    verdict = phrases.verdict(text)
    if verdict and verdict.status is Status.DETECTED:
        return _contradiction(text, cells, context)
    status = verdict.status if verdict else context.status
    return gathered(_item(item, text, cells, status, context) for item in items(text))


def _item(
    item: Item, text: str, cells: tuple[Cell, ...], status: Status, context: _Context
) -> Found:
    stated = item.classes or behind_the_list(text) or context.lead or context.classes
    classes = stated or _covered(item.symbol, context.covered)
    if context.of_regions and not stated:  # a region that was read too seldom
        classes = (AlterationClass.MUTATION, *classes)
    source = context.evidence.of(_where(item.symbol, cells), text)
    printed = Printed(gene=item.symbol, text="", source=source)
    if status is not Status.NOT_DETECTED:
        return said(printed, markers_of(item.symbol, classes or SEQUENCED), status)
    if item.vague:
        return negative(printed, ())
    stained = _stained(item.symbol, text, source)
    if stained.observations:
        return stained
    change = single_change(item.symbol, text) or _words_about(item.symbol, text)
    return negative(printed, classes or _usual(item.symbol, text, context), change=change)


def behind_the_list(text: str) -> tuple[AlterationClass, ...]:
    """The classes that are said behind a list of genes: "NTRK1, NTRK2: no fusion detected"."""
    _, _, behind = text.partition(":")
    return () if items(behind) else classes_in(behind)


def _usual(symbol: str, text: str, context: _Context) -> tuple[AlterationClass, ...]:
    """A bare gene without any class: a mutation, if no gene list says otherwise.

    Not so where the name of a protein is printed that is stained too ("HER2: negative"), where a
    gene is mostly fused or amplified, where a test in situ or a mere list of genes is spoken of.
    """
    if NO_CLASS.search(text):
        return ()
    stained = symbol in PANEL and marker_of(symbol, AlterationClass.IHC) is not None
    of_protein = stained and symbol not in text
    return () if context.covered or of_protein else usual(symbol)


@cache
def usual(symbol: str) -> tuple[AlterationClass, ...]:
    """What a bare negative of the gene denies (`data/usual.csv`); nothing where nobody can tell."""
    rows = tables.rows(tables.packaged("parsers", "usual.csv"))
    return tuple(AlterationClass(row["class"]) for row in rows if row["symbol"] == symbol)


def _stained(symbol: str, text: str, source: Source) -> Found:
    """A stain or an in-situ test among the negatives: "HER2 IHC negative" is no mutation's."""
    several = len({item.symbol for item in items(text)}) > 1
    words = _behind(symbol, text) if several else text
    printed = Printed(gene=symbol, text=words, source=source)
    kind = alterations.classify(symbol, words)
    if kind is AlterationClass.IHC:
        return stains.immunohistochemistry(_denying(printed))
    return stains.in_situ(_denying(printed)) if kind is AlterationClass.ISH else Found()


def _denying(printed: Printed) -> Printed:
    """The statement with the denial of its list, if it has none of its own."""
    own = phrases.verdict(printed.text)
    return printed if own else replace(printed, text=f"{printed.text}: not detected")


def _behind(symbol: str, text: str) -> str:
    """The words behind a gene up to the next comma or semicolon."""
    words = text.split()
    for at in range(len(words)):
        if symbol in _named(words[at:]):
            return re.split(r"[,;]", " ".join(words[at:]))[0]
    return text


def _covered(symbol: str, covered: Iterable[Coverage]) -> tuple[AlterationClass, ...]:
    return tuple(entry.marker.alteration_class for entry in covered if entry.marker.gene == symbol)


def _where(symbol: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells that name the gene, or all of them."""
    naming = tuple(cell for cell in cells if symbol in {item.symbol for item in items(cell.text)})
    return naming or cells


def single_change(symbol: str, text: str) -> str | None:
    """The one protein change that a negative speaks of ("BRAF V600E not detected")."""
    words = re.sub(r"[():,;]", " ", text).split()
    for index, word in enumerate(words):
        named = leading(words[index:])
        if named and symbol in named.symbols and index + named.length < len(words):
            after = words[index + named.length]
            return after if hgvs.protein(after) and word else None
    return None


def _words_about(symbol: str, text: str) -> str:
    """The words of a clause that say which part of a gene it is about.

    Of several genes, those behind this one up to the next ("KRAS exons 2-4, BRAF exon 15"), else
    those behind the colon ("KRAS, NRAS: no mutation in codon 12"); of one gene the whole clause.
    """
    words = text.split()
    genes_at = [at for at in range(len(words)) if _names_ours(words[at:])]
    here = [at for at in genes_at if symbol in _named(words[at:])]
    if len(genes_at) <= 1 or not here:
        return text
    following = next((at for at in genes_at if at > here[0]), len(words))
    own = " ".join(words[here[0] + 1 : following])
    return own if part_of("", own) else text.partition(":")[2]


def _names_ours(words: Sequence[str]) -> bool:
    return bool(_named(words))


def _named(words: Sequence[str]) -> tuple[str, ...]:
    named = leading([word.strip("()[]") for word in words])
    return named.symbols if named else ()


def _contradiction(text: str, cells: tuple[Cell, ...], context: _Context) -> Found:
    """Something found, printed under a heading of negatives: open, and a person must look."""
    source = context.evidence.of(cells, text)
    symbols = dict.fromkeys(item.symbol for item in items(text))
    found = gathered(
        said(
            Printed(gene=symbol, text=text, source=source),
            markers_of(symbol, classes_in(text) or SEQUENCED),
            Status.INDETERMINATE,
        )
        for symbol in symbols
    )
    message = f"page {source.page}: “{text}” stands under a heading of negatives"
    notices = (Notice(code="contradicts_heading", message=message),) if symbols else ()
    return Found(observations=found.observations, notices=notices)
