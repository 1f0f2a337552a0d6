"""Raw pages in, a laid-out document out: words, cells and lines, in reading order.

De-duplication of double-struck characters, upright filter, small-character (footnote) filter,
words, what is struck through, cells.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from parsers.doubts import doubt
from parsers.page import (
    Cell,
    Char,
    Document,
    Fill,
    Line,
    Page,
    Passed,
    RawPage,
    Word,
    clean,
)
from parsers.running import mark_running, printed_number

DOUBLE_STRIKE = 1.0  # points: a second strike of the same glyph within this is the same character
WORD_GAP = 0.18  # of the type size: wider is a new word
CELL_GAP = 0.95  # of the type size: wider is a new cell
SMALL = 0.75  # of the neighbour's size: smaller and glued to it is a footnote mark
STRUCK = 0.6  # of a word's width: a line through that much of it strikes it out
FOOTNOTE = re.compile(r"[\d,;\-–*†‡§¶#Ω⧺\s]+|[a-z](,[a-z])*")


def lay_out(
    raw: Sequence[RawPage], *, name: str, sha256: str, passed: Sequence[Passed] = ()
) -> Document:
    """The document, its pages in the order of their printed numbers where all bear one.

    *passed* are pages that were not read, for they can hold no result; they stand in their places.
    """
    blank = [
        Page(
            number=page.number,
            width=0.0,
            height=0.0,
            lines=(),
            printed=page.printed,
            skimmed=page.text,
        )
        for page in passed
    ]
    in_file = sorted([*map(_page, raw), *blank], key=lambda page: page.number)
    pages = mark_running(in_file)
    numbers = [page.printed for page in pages]
    if all(numbers) and len(set(numbers)) == len(numbers):
        pages = sorted(pages, key=lambda page: page.printed or (0, 0))
    return Document(name=name, sha256=sha256, pages=tuple(pages))


def _page(raw: RawPage) -> Page:
    level = [char for char in raw.chars if char.upright]
    chars = without_footnotes(struck_once(char for char in level if not char.hidden))
    unseen = struck_once(char for char in level if char.hidden)
    printed = [_line(raw.number, row, raw.fills) for row in rows_of(chars)]
    lines = tuple(line for line, _ in printed if line.cells)
    text = "\n".join(line.text for line in lines)
    turned = _turned(raw.chars)
    return Page(
        number=raw.number,
        width=raw.width,
        height=raw.height,
        lines=lines,
        fills=raw.fills,
        body_size=_body_size(chars),
        printed=printed_number(lines, raw.height),
        doubt=doubt(raw, text, turned),
        struck=tuple(cell for _, struck in printed for cell in struck),
        hidden=tuple(
            cell for row in rows_of(unseen) for cell in _line(raw.number, row, ())[0].cells
        ),
        turned=turned,
        annotations=raw.annotations,
    )


def _turned(chars: Sequence[Char]) -> str:
    """Text that is not level, in the order of writing, words parted where the pen was lifted."""
    pieces: list[str] = []
    before: Char | None = None
    for char in chars:
        if char.upright or char.hidden:
            continue
        if (
            before
            and max(
                _gap(before.x0, before.x1, char.x0, char.x1),
                _gap(before.top, before.bottom, char.top, char.bottom),
            )
            > 0.5 * char.size
        ):
            pieces.append(" ")
        pieces.append(char.text)
        before = char
    return clean("".join(pieces))


def _gap(start: float, end: float, other_start: float, other_end: float) -> float:
    return max(other_start - end, start - other_end)


def _body_size(chars: Sequence[Char]) -> float:
    sizes = [char.size for char in chars if not char.text.isspace()]
    return float(median(sizes)) if sizes else 10.0


# ------------------------------------------------------------------------------- characters
def struck_once(chars: Iterable[Char]) -> list[Char]:
    """Each character once; one that was struck twice at the same place is bold."""
    kept: list[Char] = []
    seen: dict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    for char in chars:
        key = (char.text, char.font, round(char.x0 / 2), round(char.top / 2))
        twin = _twin(char, kept, seen)
        if twin is None:
            seen[key].append(len(kept))
            kept.append(char)
        elif not char.text.isspace():
            kept[twin] = replace(kept[twin], bold=True)
    return kept


def _twin(
    char: Char, kept: Sequence[Char], seen: dict[tuple[str, str, int, int], list[int]]
) -> int | None:
    column, row = round(char.x0 / 2), round(char.top / 2)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            for index in seen.get((char.text, char.font, column + dx, row + dy), ()):
                other = kept[index]
                reach = min(DOUBLE_STRIKE, 0.2 * char.size)
                if abs(other.x0 - char.x0) <= reach and abs(other.top - char.top) <= reach:
                    return index
    return None


def rows_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters by line, top to bottom; a line is what shares most of its height."""
    rows: list[list[Char]] = []
    spans: list[tuple[float, float]] = []  # of the first character of each line
    for char in sorted(chars, key=lambda char: (char.bottom, char.x0)):
        for index in range(len(rows) - 1, max(-1, len(rows) - 6), -1):
            if _shares_line(char, spans[index]):
                rows[index].append(char)
                break
        else:
            rows.append([char])
            spans.append((char.top, char.bottom))
    return sorted(rows, key=lambda row: min(char.top for char in row))


def _shares_line(char: Char, span: tuple[float, float]) -> bool:
    heights = sorted((char.bottom - char.top, span[1] - span[0]))
    if heights[1] > 2.5 * heights[0]:  # a watermark behind the text
        return False
    overlap = min(char.bottom, span[1]) - max(char.top, span[0])
    return overlap >= 0.6 * heights[0] > 0


def without_footnotes(chars: Sequence[Char]) -> list[Char]:
    """The characters without small footnote marks glued to a larger neighbour.

    Only runs that look like marks (digits, single letters, daggers) go: small print stays.
    """
    kept: list[Char] = []
    for row in rows_of(chars):
        inked = sorted((char for char in row if not char.text.isspace()), key=lambda char: char.x0)
        marks = {id(char) for run in _small_runs(inked) for char in run}
        kept += [char for char in row if id(char) not in marks]
    return kept


def _small_runs(inked: Sequence[Char]) -> list[list[Char]]:
    runs: list[list[Char]] = []
    base: Char | None = None  # the last full-size character
    for before, char in zip([None, *inked], inked, strict=False):
        glued = before is not None and char.x0 - before.x1 < 0.3 * before.size
        if base is not None and glued and char.size < SMALL * base.size:
            if runs and runs[-1][-1] is before:
                runs[-1].append(char)
            else:
                runs.append([char])
        elif base is None or not glued or char.size >= SMALL * base.size:
            base = char
    return [run for run in runs if FOOTNOTE.fullmatch("".join(char.text for char in run))]


# ------------------------------------------------------------------------------ words, cells
def _line(page: int, row: Sequence[Char], fills: Sequence[Fill]) -> tuple[Line, tuple[Cell, ...]]:
    """A line, and the cells of it that are struck through and no longer stand in it."""
    words = _words(sorted(row, key=lambda char: char.x0))
    middle = median([(word.top + word.bottom) / 2 for word in words]) if words else 0.0
    walls = [
        (fill.x0 + fill.x1) / 2
        for fill in fills
        if fill.is_vertical_rule and fill.top <= middle <= fill.bottom
    ]
    runs = _runs(_with_strikes(words, fills), walls)
    standing = [tuple(word for word in run if not word.struck) for run in runs]
    struck = [tuple(word for word in run if word.struck) for run in runs]
    cells = tuple(Cell(page=page, words=run) for run in standing if run)
    return Line(cells=cells), tuple(Cell(page=page, words=run) for run in struck if run)


def _with_strikes(words: Sequence[Word], fills: Sequence[Fill]) -> list[Word]:
    """The words, those struck out marked: level lines that begin and end with what they cross."""
    if not words:
        return []
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    struck: set[int] = set()
    for stroke in fills:
        if stroke.is_level_rule and top < stroke.top < bottom:
            crossed = [at for at, word in enumerate(words) if _crosses(stroke, word)]
            if crossed and _fits(stroke, words[crossed[0]], words[crossed[-1]]):
                struck.update(crossed)
    return [replace(word, struck=at in struck) for at, word in enumerate(words)]


def _crosses(stroke: Fill, word: Word) -> bool:
    """True if a line runs through the middle third: lower it underlines, between rows it rules."""
    third = (word.bottom - word.top) / 3
    level = word.top + third <= (stroke.top + stroke.bottom) / 2 <= word.bottom - third
    covered = min(word.x1, stroke.x1) - max(word.x0, stroke.x0)
    return level and covered >= STRUCK * (word.x1 - word.x0)


def _fits(stroke: Fill, first: Word, last: Word) -> bool:
    """True if a line is about as long as the words it crosses; one of a chart runs on."""
    slack = 1.5 * max(first.size, last.size)
    return stroke.x0 > first.x0 - slack and stroke.x1 < last.x1 + slack


def _words(row: Sequence[Char]) -> list[Word]:
    words: list[list[Char]] = []
    fresh = True
    for char in row:
        if char.text.isspace():
            fresh = True
            continue
        gap = char.x0 - words[-1][-1].x1 if words else 0.0
        if fresh or gap > WORD_GAP * max(char.size, words[-1][-1].size):
            words.append([char])
        else:
            words[-1].append(char)
        fresh = False
    found = (_word(word) for word in words)
    return [word for word in found if word.text]


def _word(chars: Sequence[Char]) -> Word:
    return Word(
        text=clean("".join(char.text for char in chars)),
        x0=min(char.x0 for char in chars),
        top=min(char.top for char in chars),
        x1=max(char.x1 for char in chars),
        bottom=max(char.bottom for char in chars),
        size=max(char.size for char in chars),
        bold=all(char.bold for char in chars),
        colour=chars[0].colour,
    )


def _runs(words: Sequence[Word], walls: Sequence[float]) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in words:
        last = runs[-1][-1] if runs else None
        if last is None or _apart(last, word, walls):
            runs.append([word])
        else:
            runs[-1].append(word)
    return runs


def _apart(left: Word, right: Word, walls: Sequence[float]) -> bool:
    if right.x0 - left.x1 > CELL_GAP * max(left.size, right.size):
        return True
    return any(left.x1 - 0.5 <= wall <= right.x0 + 0.5 for wall in walls)
