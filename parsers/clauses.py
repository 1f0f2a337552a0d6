"""Blocks of running text in, their clauses out, each with the specimen it speaks of.

Wrapped lines are joined, sentences and clauses cut apart, options of a checklist that are not
ticked and printed legends left out. A letter ("A.", "B:") says which specimen is meant; a table may
have one column a specimen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers import phrases
from parsers.apart import answers, contrasted, headed, is_denied_list, unglued
from parsers.gene_text import items
from parsers.page import Cell
from parsers.prose import LETTER, PART, Block, Row, aligned, specimen_columns
from pipeline.model import Status

BOX = re.compile(r"\[(.?)\]|\((x|X|\s|_+)\)|([☐☑☒✓✔])|(?<!\w)_(x|X|_*)_(?!\w)")
TICKS = frozenset("xX☑☒✓✔*")
LABEL = re.compile(r"^[A-Za-z][\w ,()/+.%-]{0,58}:(?:\s|$)")
BULLET = re.compile(r"^[-*•·>]+\s+|^\d{1,2}[.)]\s+(?=\D)")
ENDED = re.compile(r"[.;:!?]$")
UNFINISHED = re.compile(
    r"(?:[,(/–-]|\b(?:or|and|of|no|not|in|for|with|the|is|was|were|by))$", re.IGNORECASE
)
CLAUSE_END = re.compile(
    r";\s+|(?<=[a-z0-9)%+\]])\.\s+(?=[A-Z(\[])|(?<=[A-Z)]{3})\.\s+(?=[A-Z])"
    r"|(?<=\d[A-Z])\.\s+(?=[A-Z])"  # of a protein change: "IDH1 p.R132C. KRAS negative."
)
RESTRICTION = re.compile(
    r"\b(?:not (?:evaluable|interpretable|assessable|covered|sequenced)|insufficient|inadequate"
    r"|failed|limited|low coverage|could not be|invalid|not valid|not reliable|below)\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"^\(?(?:specimens? |parts? )?([A-H](?:\s*(?:,|&|/|\+|and)\s*[A-H])+)\)?\s*[:.-]?\s+",
    re.IGNORECASE,
)
ALL = re.compile(r"^(?:both|all)(?: specimens| parts| samples)?\s*[:,-]\s*", re.IGNORECASE)
NAMED = re.compile(r"\b(?i:specimens?|parts?|(?:tissue )?blocks?)\s*:?\s+#?([A-H])(?:\d{1,2})?\b")
BRACKETED = re.compile(r"\(([A-H])\)\s*:?\s*$")
LEGEND = re.compile(
    r"^(?:score\s*)?(?:her2\s*)?(?:ihc\s*)?\(?([0-3])\s?\+?\)?(?:\s*[:=(-]|\s{1,}[A-Za-z])",
    re.IGNORECASE,
)
LEGEND_LINES = 3
FEWEST_WORDS = 5  # of a line that was wrapped because it is full


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause with its cells: *block* counts blocks, *specimens* are letters, perhaps none."""

    text: str
    cells: tuple[Cell, ...]
    topic: str
    block: int
    specimens: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """A line, or a part of one, before it is joined with its neighbours."""

    text: str
    cells: tuple[Cell, ...]
    specimens: tuple[str, ...] = ()
    alone: bool = False  # never joined with the next line


def clauses_of(blocks: Sequence[Block], letters: Sequence[str]) -> tuple[Clause, ...]:
    """The clauses of the blocks; *letters* are the report's specimens, if they are lettered."""
    leads = _letter_leads(blocks, letters)
    margin = max((row[-1].x1 for block in blocks for row in block.rows), default=0.0)
    found: list[Clause] = []
    current: tuple[str, ...] = ()
    for number, block in enumerate(blocks):
        titled = _in_words(block.title, letters) or _of_title(block.title, letters)
        current = titled or (current if leads else ())
        for piece in _joined(_without_legend(tuple(_pieces(block, letters))), margin):
            own, text = _lettered(piece.text, letters)
            current = own or current
            spoken = piece.specimens or own or _in_words(text, letters) or current
            found += [
                Clause(
                    text=words,
                    cells=piece.cells,
                    topic=block.topic,
                    block=number,
                    specimens=_in_words(words, letters) or spoken,
                )
                for words in _cut(text)
            ]
    return tuple(_with_its_block(each, found, letters) for each in found)


def _with_its_block(clause: Clause, found: Sequence[Clause], letters: Sequence[str]) -> Clause:
    """A clause without a specimen has the one that its block names in words, if it names one only.

    "HER2 IHC: 3+" and beneath it "Performed on block B2."; a letter that only begins a line there
    says nothing of the lines above it.
    """
    if clause.specimens:
        return clause
    block = [each for each in found if each.block == clause.block]
    named = {name for each in block for name in _in_words(each.text, letters)}
    placed = {name for each in block for name in each.specimens}
    return (
        replace(clause, specimens=tuple(named)) if len(named) == 1 and placed == named else clause
    )


def _letter_leads(blocks: Sequence[Block], letters: Sequence[str]) -> bool:
    """True if a letter stands over several headings ("A. GALLBLADDER", then "HER2:", "MMR:")."""
    for block, following in pairwise(blocks if len(letters) > 1 else ()):
        last = " ".join(cell.text for cell in block.rows[-1]) if block.rows else ""
        found = LETTER.match(last)
        if found and found[1] == letters[0] and following.topic not in {"diagnosis", "specimens"}:
            return True
    return False


def _in_words(text: str, letters: Sequence[str]) -> tuple[str, ...]:
    """The specimens that a text names: "performed on block B2"."""
    return tuple(letter for letter in dict.fromkeys(NAMED.findall(text)) if letter in letters)


def _of_title(title: str, letters: Sequence[str]) -> tuple[str, ...]:
    found = LETTER.match(title) or BRACKETED.search(title)
    return (found[1],) if found and found[1] in letters else ()


def _lettered(text: str, letters: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The letters that a line begins with, and the rest of it."""
    several = SEVERAL.match(text)
    named = re.findall(r"\b[A-H]\b", several[1]) if several else []
    if several and len(named) > 1 and all(name in letters for name in named):
        return tuple(named), text[several.end() :]
    everything = ALL.match(text)
    if everything and letters:
        return tuple(letters), text[everything.end() :]
    one = LETTER.match(text)
    if one and one[1] in letters:
        return (one[1],), text[one.end() :]
    return (), text


# ------------------------------------------------------------------------------------- pieces
def _pieces(block: Block, letters: Sequence[str]) -> Iterator[_Piece]:
    columns: list[Cell] = []
    for row in block.rows:
        fresh = specimen_columns(row) if len(letters) > 1 else []
        columns = fresh or columns
        if fresh:
            continue
        under = [cell for cell in row if any(aligned(cell, column) for column in columns)]
        if under and row[0] not in under:
            yield from _table_row(row, columns)
            continue
        columns = []
        yield from (piece for part in _side_by_side(row) for piece in _ticked(part))


def _table_row(row: Row, columns: Sequence[Cell]) -> Iterator[_Piece]:
    """One piece a specimen of a row "HER2 IHC | 1+ | 3+"."""
    subject = tuple(cell for cell in row if not any(aligned(cell, col) for col in columns))
    for column in columns:
        cells = (*subject, *(cell for cell in row if aligned(cell, column)))
        letter = PART.match(column.text)
        if letter and len(cells) > len(subject):
            words = " ".join(cell.text for cell in cells)
            yield _Piece(text=words, cells=cells, specimens=(letter[1].upper(),), alone=True)


def _side_by_side(row: Row) -> Iterator[Row]:
    """A line cut before each further cell that bears a label: "MLH1: Intact    MSH2: Intact"."""
    part: list[Cell] = []
    for cell in row:
        if part and LABEL.match(cell.text):
            yield tuple(part)
            part = []
        part.append(cell)
    if part:
        yield tuple(part)


def _ticked(row: Row) -> Iterator[_Piece]:
    """The row as it stands; of a checklist only the options that are ticked."""
    text = " ".join(cell.text for cell in row)
    boxes = list(BOX.finditer(text))
    if not boxes:
        yield _Piece(text=BULLET.sub("", text), cells=row)
        return
    lead = text[: boxes[0].start()].strip()
    ends = [box.start() for box in boxes[1:]] + [len(text)]
    for box, end in zip(boxes, ends, strict=True):
        mark = next((group for group in box.groups() if group is not None), "").strip(" _")
        if mark in TICKS:
            words = text[box.end() : end].strip()
            yield _Piece(text=f"{lead} {words}".strip(), cells=row, alone=True)
    yield _Piece(text="", cells=row, alone=True)


def _without_legend(pieces: tuple[_Piece, ...]) -> Iterator[_Piece]:
    """The pieces without a list of what each score means: three scores and more, one a line."""
    run: list[_Piece] = []
    for piece in (*pieces, None):
        if piece is not None and LEGEND.match(piece.text) and not piece.specimens:
            run.append(piece)
            continue
        scores = {found[1] for each in run if (found := LEGEND.match(each.text))}
        yield from run if len(scores) < LEGEND_LINES else ()
        run = []
        if piece is not None:
            yield piece


def _joined(pieces: Iterator[_Piece], margin: float) -> Iterator[_Piece]:
    """The pieces, wrapped lines put together; *margin* is the right edge of the text."""
    whole: _Piece | None = None
    for piece in pieces:
        if whole is not None and _goes_on(whole, piece, margin):
            text = f"{whole.text} {piece.text}"
            whole = replace(whole, text=text, cells=(*whole.cells, *piece.cells))
            continue
        if whole is not None and whole.text:
            yield whole
        whole = piece
    if whole is not None and whole.text:
        yield whole


def _goes_on(whole: _Piece, piece: _Piece, margin: float) -> bool:
    """True if a line is the rest of the one above it."""
    if whole.alone or piece.alone or not whole.text or not piece.text:
        return False
    last, first = whole.cells[-1], piece.cells[0]
    if answers(whole.text, piece.text):
        return last.page != first.page or first.top - last.bottom < 2 * first.size
    if is_denied_list(whole.text, piece.text):
        return first.top - last.bottom < first.size
    if any(mark.match(piece.text) for mark in (LETTER, LABEL, SEVERAL)):
        return False
    if last.page == first.page and first.top - last.bottom > 0.9 * first.size:
        return False
    if UNFINISHED.search(whole.text):
        return True
    if ENDED.search(whole.text):
        return False
    word = first.words[0]
    full = last.x1 + (word.x1 - word.x0) > margin - 2 * first.size
    return piece.text[:1].islower() or (full and len(whole.cells[-1].words) >= FEWEST_WORDS)


def _cut(text: str) -> list[str]:
    """The clauses of a text; what only denies, or restricts the denial before it, stays with it."""
    found: list[str] = []
    whole = [part.strip() for part in CLAUSE_END.split(unglued(text)) if part.strip(" .;:")]
    for part in (half for each in headed(whole) for half in contrasted(each)):
        if found and not items(part) and _is_of_the_one_before(part, found[-1]):
            found[-1] = f"{found[-1]}; {part}"
        else:
            found.append(part)
    return found


def _is_of_the_one_before(part: str, before: str) -> bool:
    if phrases.denies_alone(part):
        return True
    if not RESTRICTION.search(part):
        return False
    told = phrases.verdict(before)
    return told is not None and told.status is Status.NOT_DETECTED
