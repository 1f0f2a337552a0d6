"""Pages in, their running heads and feet marked out: lines repeated at the edge, page numbers.

What stands at one height on most pages belongs to no section, and is said once for all of them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from parsers.page import Line, Page, compact

EDGE = 0.16  # of the page height: running heads and feet stand within this
NUMBERED = re.compile(r"\b(?:page|pg\.?|p\.)\s*(\d{1,3})\s*(?:of|/)\s*(\d{1,3})\b", re.IGNORECASE)
BARE_NUMBER = re.compile(r"(\d{1,3})\s*(?:of|/)\s*(\d{1,3})")


def printed_number(lines: Sequence[Line], height: float) -> tuple[int, int] | None:
    """The "page n of m" that stands at the edge of a page *height* points high."""
    edge = [line for line in lines if _at_edge(line, height)]
    for line in reversed(edge):
        bare = (BARE_NUMBER.fullmatch(cell.text) for cell in line.cells)
        found = NUMBERED.search(line.text) or next(filter(None, bare), None)
        if found and 0 < int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
    return None


def _at_edge(line: Line, height: float) -> bool:
    return line.bottom < EDGE * height or line.top > (1 - EDGE) * height


def _signature(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 3)


def mark_running(pages: list[Page]) -> list[Page]:
    """Lines at the edge that stand at one height on three pages and on most of them.

    A page that was passed over has no heights; it counts for the lines that it bears.
    """
    counts: Counter[tuple[str, int]] = Counter()
    for page in pages:
        counts.update({_signature(line) for line in page.lines if _at_edge(line, page.height)})
    blank = [_Borne(page.skimmed) for page in pages if page.skimmed]
    enough = max(3, round(0.8 * (len(pages) - 1)))
    running = {
        signature
        for signature, count in counts.items()
        if count + sum(page.bears(signature[0]) for page in blank) >= enough
    }
    return [_marked(page, running) for page in pages]


class _Borne:
    """The words of a page that was passed over, as signatures of lines are compared with them."""

    def __init__(self, text: str) -> None:
        lines = [compact(re.sub(r"\d+", "#", line)) for line in text.splitlines()]
        self.lines, self.whole = frozenset(lines), "".join(lines)

    def bears(self, signature: str) -> bool:
        packed = compact(signature)
        return packed in self.lines or (len(packed) >= 8 and packed in self.whole)


def _marked(page: Page, running: set[tuple[str, int]]) -> Page:
    lines = tuple(
        replace(line, running=_at_edge(line, page.height) and _signature(line) in running)
        for line in page.lines
    )
    return replace(page, lines=lines)
