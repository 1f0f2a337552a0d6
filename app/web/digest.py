"""The sheet of a case in, what a reader takes away in ten seconds out: what to do, what not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from actionability import knowledge
from app.ordering import short
from exchange.case_sheet import Sheet
from exchange.case_therapies import Advice, Choice, TherapyLine
from exchange.wording import named
from pipeline.model import Marker
from pipeline.patient import FlagKind

_LABELLED = {each.label: each for each in Marker}
_OF_THE_PAGE = ("Knowledge release ", "Without a result, ", "Every marker has a result.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of therapy: what may be given, in its order; *barred* is why, if nothing may."""

    name: str
    open: tuple[Choice, ...]
    barred: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What was found, what to mind for this patient, the lists, and what stands beside them."""

    found: tuple[str, ...]
    mind: tuple[str, ...]
    lines: tuple[Line, ...]
    beside: tuple[str, ...]
    barred: tuple[str, ...]
    tests: tuple[str, ...]
    more_tests: int


def digest(sheet: Sheet) -> Digest:
    """The first box of the page; all of it stands again below with its reasons."""
    tests = tuple(dict.fromkeys(short(each.test) for each in sheet.orders if each.opens))
    return Digest(
        found=tuple(
            dict.fromkeys(named(_LABELLED[each.marker], each.detail) for each in sheet.detected)
        ),
        mind=tuple(_of_this_patient(sheet)),
        lines=tuple(_line(each) for each in sheet.lines),
        beside=tuple(dict.fromkeys(each.therapy for each in _beside(sheet))),
        barred=tuple(dict.fromkeys(each.therapy for each in sheet.advice if _is_barred(each))),
        tests=tests,
        more_tests=len(sheet.orders) - len([each for each in sheet.orders if each.opens]),
    )


def _of_this_patient(sheet: Sheet) -> Iterator[str]:
    """The notes that this case called for; what every page says stands at its end."""
    always = {row.sentence for row in knowledge.load().notes if not row.when}
    for each in sheet.said.notes:
        if each not in always and each not in sheet.alerts and not each.startswith(_OF_THE_PAGE):
            yield each


def _line(line: TherapyLine) -> Line:
    entries = sorted((*line.flagged, *line.others), key=lambda each: each.rank)
    open_ = tuple(each for each in entries if each.kind is not FlagKind.BLOCK)
    return Line(name=line.name, open=open_, barred="" if open_ else _shared(entries))


def _shared(entries: Sequence[Choice]) -> str:
    """The reason that all entries share, because it is what has to change."""
    shared = (one for one in entries[0].why if all(one in each.why for each in entries))
    return "; ".join(shared) or "see below why"


def _beside(sheet: Sheet) -> Iterable[Advice]:
    """Off-label drugs and trials that a finding points to, and that no list holds."""
    listed = {each.regimen for line in sheet.lines for each in (*line.flagged, *line.others)}
    return (e for e in sheet.advice if e.therapy not in listed and not _is_barred(e))


def _is_barred(each: Advice) -> bool:
    return each.kind is FlagKind.BLOCK
