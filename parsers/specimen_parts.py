"""Blocks of a pathology text in, its specimens out: one a letter, with site, dates and cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from parsers import dates
from parsers.identity_block import IdentityBlock, Printed
from parsers.page import Cell
from parsers.prose import LETTER, Block
from pipeline import tumours
from pipeline.model import Specimen

DATED = r"\s*(?:on|:)?\s*([^;|]{6,20})"
COLLECTED = re.compile(r"\bcollect(?:ed|ion)(?: date)?" + DATED, re.IGNORECASE)
RECEIVED = re.compile(r"\breceived" + DATED, re.IGNORECASE)
CONTENT = re.compile(
    r"\btumou?r (?:cell(?:s|ularity)?|content|nuclei|percentage)\D{0,12}(\d{1,3})\s*%"
    r"|(\d{1,3})\s*% tumou?r", re.IGNORECASE
)  # fmt: skip
SITE = re.compile(r"^[^,;:(]+")


@dataclass(frozen=True, kw_only=True)
class Part:
    """The lines that stand under one letter."""

    letter: str
    lines: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """All lines, the letter taken away."""
        return LETTER.sub("", " ".join(self.lines))


def parts_of(block: Block) -> Iterator[Part]:
    """The lettered parts of a block."""
    lines: list[str] = []
    cells: list[Cell] = []
    letter = ""
    for row in block.rows:
        text = " ".join(cell.text for cell in row)
        found = LETTER.match(text)
        if found:
            if letter:
                yield Part(letter=letter, lines=tuple(lines), cells=tuple(cells))
            letter, lines, cells = found[1], [], []
        if letter:
            lines.append(text)
            cells += row
    if letter:
        yield Part(letter=letter, lines=tuple(lines), cells=tuple(cells))


def lettered(blocks: Sequence[Block]) -> tuple[Part, ...]:
    """The lettered specimens: as they were submitted, else as the diagnosis lists them."""
    for topic in ("specimens", "diagnosis"):
        found = [part for block in blocks if block.topic == topic for part in parts_of(block)]
        if found:
            return tuple(found)
    return ()


def specimens(blocks: Sequence[Block], block: IdentityBlock) -> tuple[Specimen, ...]:
    """The specimens of a report; a date of the head counts where a specimen has none of its own.

    Of several specimens, what the head says once (site, content) belongs to none of them.
    """
    parts = lettered(blocks)
    if len(parts) < 2:
        return (_only(parts, block),)
    return tuple(
        Specimen(
            id=part.letter,
            site=_site(part),
            tumour_percent=_content(part.text),
            collected=_day(COLLECTED, part.text, block) or _single_day(block, "collected"),
            received=_day(RECEIVED, part.text, block) or _single_day(block, "received"),
        )
        for part in parts
    )


def _only(parts: Sequence[Part], block: IdentityBlock) -> Specimen:
    told = block.specimen
    if not parts:
        return told
    (part,) = parts
    content = told.tumour_percent
    return Specimen(
        id=told.id or part.letter,
        analyte=told.analyte,
        site=told.site or _site(part),
        tumour_percent=_content(part.text) if content is None else content,
        collected=told.collected or _day(COLLECTED, part.text, block),
        received=told.received or _day(RECEIVED, part.text, block),
    )


def _single_day(block: IdentityBlock, field: str) -> date | None:
    return block.day(field) if len(block.all(field)) == 1 else None


def _site(part: Part) -> str | None:
    found = SITE.search(part.text)
    return found[0].strip().capitalize() if found and found[0].strip() else None


def _content(text: str) -> float | None:
    found = CONTENT.search(text)
    share = float(found[1] or found[2]) if found else None
    return share if share is not None and share <= 100 else None


def _day(pattern: re.Pattern[str], text: str, block: IdentityBlock) -> date | None:
    found = pattern.search(text)
    return dates.read(found[1], day_first=block.day_first) if found else None


def diagnoses(blocks: Sequence[Block]) -> tuple[Printed, ...]:
    """What the diagnosis says, once a lettered part, in the shape of a labelled value."""
    found = []
    for block in (each for each in blocks if each.topic == "diagnosis"):
        parts = [(part.text.partition(":")[2] or part.text, part.cells) for part in parts_of(block)]
        cells = tuple(cell for row in block.rows for cell in row)
        whole = [(" ".join(cell.text for cell in cells), cells)] if cells else []
        found += [
            Printed(field="diagnosis", value=said, cells=seen)
            for text, seen in parts or whole
            if (said := _decisive(text))
        ]
    return tuple(found)


def _decisive(text: str) -> str:
    """Of several dashed lines the one that says which tumour it is, else all of them."""
    lines = [line.strip() for line in re.split(r"(?:^|\s+)-\s+", text) if line.strip()]
    named = (line for line in lines if tumours.is_biliary(line) is not None)
    return next(named, " ".join(lines))
