"""The fast text of every page in, the pages out that need not be read with positions.

A page is passed over only where it is proven to hold no result: it opens at its top left with a
heading of therapies, trials, references or narrative (or goes on from such a page), bears no word
of any other heading, no label of an identity, and nothing in its running head that a page which is
read does not bear too. Whatever is unsure is read; so is every page of a file too short to gain.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.doubts import is_healthy
from parsers.headings import Zone, entry_of, vocabulary
from parsers.labels import labelled
from parsers.page import Cell, Passed, Word, clean, compact
from parsers.pdfium import FastLine, FastPage
from parsers.running import BARE_NUMBER, NUMBERED

NO_RESULTS = frozenset({Zone.THERAPY, Zone.TRIALS, Zone.REFS, Zone.NARRATIVE})
FEWEST_PAGES = 4
FEWEST_LETTERS = 150
LONG = 9  # letters of a heading that is looked for anywhere, not only where a line begins


def passed_over(pages: Sequence[FastPage]) -> tuple[Passed, ...]:
    """The pages that can hold no result, with what is known of them; nothing where unsure."""
    if len(pages) < FEWEST_PAGES:
        return ()
    views = _views(pages)
    if views is None:
        return ()
    idle = _idle(views)
    _keep_what_runs_along(views, idle)
    _keep_openings(views, idle)
    return tuple(
        Passed(number=at + 1, text=view.text, printed=view.printed)
        for at, view in enumerate(views)
        if at in idle
    )


# -------------------------------------------------------------------------------- what is looked at
@dataclass(frozen=True, kw_only=True)
class _View:
    """A page as triage sees it: its own lines apart from those that run along."""

    text: str
    own: tuple[FastLine, ...]
    running: frozenset[str]
    printed: tuple[int, int] | None
    healthy: bool


def _views(pages: Sequence[FastPage]) -> list[_View] | None:
    """One view a page, or None where the page numbers do not count through the file."""
    often = Counter(key for page in pages for key in {_masked(line.text) for line in page.lines})
    enough = max(3, round(0.8 * (len(pages) - 1)))
    common = {key for key, count in often.items() if count >= enough}
    views = [_view(page, common) for page in pages]
    numbers = [view.printed for view in views]
    counted = [(at + 1, len(pages)) for at in range(len(pages))]
    if numbers == counted:
        return views
    unnumbered = not any(_bears_number(line.text) for page in pages for line in page.lines)
    return views if unnumbered else None


def _view(page: FastPage, common: set[str]) -> _View:
    running = [line for line in page.lines if _masked(line.text) in common]
    found = (NUMBERED.search(line.text) or BARE_NUMBER.fullmatch(line.text) for line in running)
    printed = {(int(match[1]), int(match[2])) for match in found if match}
    text = clean("\n".join(line.text for line in page.lines))
    letters = sum(character.isalpha() for character in text)
    return _View(
        text=text,
        own=tuple(line for line in page.lines if _masked(line.text) not in common),
        running=frozenset(_without_number(line.text) for line in running),
        printed=printed.pop() if len(printed) == 1 else None,
        healthy=page.turned == 0 and letters >= FEWEST_LETTERS and is_healthy(text),
    )


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", compact(text))


def _without_number(text: str) -> str:
    return compact(BARE_NUMBER.sub("", NUMBERED.sub("", text)))


def _bears_number(text: str) -> bool:
    return bool(NUMBERED.search(text) or BARE_NUMBER.fullmatch(text.strip()))


# ------------------------------------------------------------------------------------- what is idle
def _idle(views: Sequence[_View]) -> set[int]:
    """Pages without a word of results, each opened by an idle heading or following an idle page."""
    found: set[int] = set()
    for at, view in enumerate(views):
        follows = at - 1 in found
        if view.healthy and (follows or _opens_idle(view)) and not _may_claim(view):
            found.add(at)
    return found


def _opens_idle(view: _View) -> bool:
    entry = _first_heading(view)
    return entry is not None and entry in NO_RESULTS


def _first_heading(view: _View) -> Zone | None:
    """The zone of the heading that stands above and left of everything else on a page."""
    if not view.own:
        return None
    first = min(view.own, key=lambda line: (round(line.top / 3), line.x0))
    leftmost = min(line.x0 for line in view.own)
    entry = entry_of(first.text)
    return entry.zone if entry and first.x0 <= leftmost + 20 else None


def _may_claim(view: _View) -> bool:
    """True if any words could be a heading of another zone, or a label of an identity."""
    packed = [compact(line.text) for line in view.own]
    pairs = [one + other for one, other in pairwise(packed)]
    whole = "".join(packed)
    for entry in vocabulary():
        if entry.zone in NO_RESULTS:
            continue
        if len(entry.key) >= LONG and entry.key in whole:
            return True
        if any(entry.matches(text) for text in (*packed, *pairs)):
            return True
    return any(labelled(_cell(line)) for line in view.own)


def _cell(line: FastLine) -> Cell:
    words = tuple(
        Word(text=text, x0=line.x0, top=line.top, x1=line.x0, bottom=line.top, size=1.0, bold=False)
        for text in line.text.split() or [line.text]
    )
    return Cell(page=0, words=words)


# ------------------------------------------------------------------------------- what must be kept
def _keep_what_runs_along(views: Sequence[_View], idle: set[int]) -> None:
    """Read one page of each running head or foot: another patient's is then seen."""
    known = {text for at, view in enumerate(views) if at not in idle for text in view.running}
    for at in sorted(idle):
        if not views[at].running <= known:
            known |= views[at].running
            idle.discard(at)


def _keep_openings(views: Sequence[_View], idle: set[int]) -> None:
    """Where a page that is read begins without a heading, read what opened its section too."""
    for at in range(len(views) - 1, 0, -1):
        if at in idle or at - 1 not in idle or _first_heading(views[at]):
            continue
        idle.discard(at - 1)  # the loop comes to it next, and asks the same of it
