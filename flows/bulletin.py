"""Tidings in, what a data engineer reads in the morning out: one page in Markdown, and tables.

Written for somebody who sees it for the first time: every code has a sentence and says who does
what. No name of a file and no text of a report is in it, because none is in the tidings.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.meanings import Level
from flows.outcome import case_token
from flows.tidings import NIGHTS, Share, Stuck, Tidings, is_ours, short
from store.counts import Kind

_ON_THE_PAGE = 30
_CASES = 60
_SIGNS = {
    Level.WELL: "✔ All is well",
    Level.ATTENTION: "◆ A person is needed",
    Level.ALARM: "▲ Alarm",
}
_PARTS = {
    "done": "read, and part of a case",
    "held": "read, but a person must settle something first",
    "quarantined": "could not be read: damaged, locked or over a limit",
    "waiting": "not all there yet, or to be read again",
    "refused": "no regular file, or not allowed",
    "set_aside": "no report: tables, marks, hidden files",
}

Row = dict[str, str | int]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The cases that this night made anew, by id, and the address of the review pages."""

    cases: Sequence[str]
    origin: str | None = None


def page(news: Tidings, changed: Changed) -> str:
    """The whole night on one page."""
    parts: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: _top(news),
        lambda: _alarms(news),
        lambda: _held(news),
        lambda: _account(news),
        lambda: _read(news),
        lambda: _markers(news),
        lambda: _slowest(news),
        lambda: _stock(news),
        lambda: _cases(changed),
    )
    return "\n".join(line for part in parts for line in part())


def held_table(news: Tidings) -> list[Row]:
    """Everything that is held back, a row each."""
    return [
        {
            "intake id": each.id,
            "state": _state(each),
            "code": each.why.code,
            "who": each.why.who,
            "what it means": each.why.meaning,
            "what to do": each.why.do,
        }
        for each in _urgent_first(news.stuck)
    ]


def marker_table(news: Tidings) -> list[Row]:
    """How often each marker was found, tonight and in the nights before."""
    return [
        {
            "marker": each.marker,
            "found tonight": _of(each.found, each.judged),
            f"found in {NIGHTS} nights before": _of(each.found_before, each.judged_before),
        }
        for each in news.shares
    ]


def _top(news: Tidings) -> Iterator[str]:
    run = news.run
    yield f"# {_SIGNS[news.level]}"
    yield ""
    yield f"**{_cell(news.headline)}**"
    yield ""
    ended = f"{run.ended:%Y-%m-%d %H:%M} UTC" if run.ended else "not yet"
    took = "" if news.seconds is None else f" ({_duration(news.seconds)})"
    yield f"Began {run.started:%Y-%m-%d %H:%M} UTC, ended {ended}{took}. Run `{run.id}`."
    yield ""


def _alarms(news: Tidings) -> Iterator[str]:
    if not news.alarms:
        return
    yield "## Alarms"
    yield ""
    # A list, not a table: Prefect's UI cuts long cells off.
    for each in news.alarms:
        why = each.why
        told = f"{each.sentence}. {why.meaning} **{why.who.capitalize()}:** {why.do}"
        yield f"- `{why.code}`: {_cell(told)}"
    yield ""


def _held(news: Tidings) -> Iterator[str]:
    yield "## Held back"
    yield ""
    if not news.stuck:
        yield "Nothing is held, quarantined or waiting."
        yield ""
        return
    yield "Nothing is concluded from these. `oncoflag quarantine show ID` names the file."
    yield ""
    every = _urgent_first(news.stuck)
    shown = every[:_ON_THE_PAGE]
    rows = [(f"`{each.id}`", _state(each), f"`{each.why.code}`", each.why.who) for each in shown]
    yield from _table(("intake id", "state", "code", "who"), rows)
    for why in dict.fromkeys(each.why for each in shown):
        yield f"- `{why.code}`: {why.meaning} {why.do}"
    yield ""
    if len(every) > _ON_THE_PAGE:
        more = len(every) - _ON_THE_PAGE
        yield f"… and {more} more in the table *oncoflag-held*."
        yield ""


def _account(news: Tidings) -> Iterator[str]:
    yield "## The account of the inbox"
    yield ""
    account = news.run.account
    if account is None:
        yield "The run did not come so far."
        yield ""
        return
    verdict = "Everything is accounted for" if account.balances else "**It does not balance**"
    parts = vars(account)
    total = " + ".join(f"{parts[name]} {name.replace('_', ' ')}" for name in _PARTS)
    yield f"{verdict}: {account.found} found = {total}."
    yield ""
    rows = [(name.replace("_", " "), parts[name], told) for name, told in _PARTS.items()]
    yield from _table(("fate", "number", "meaning"), rows)


def _read(news: Tidings) -> Iterator[str]:
    yield "## What was read for the first time"
    yield ""
    if not news.of(Kind.STATUS):
        yield "No new file."
        yield ""
        return
    statuses = ", ".join(f"{each.count} {each.name}" for each in news.of(Kind.STATUS))
    yield f"By status: {statuses}."
    yield ""
    rows = [
        (each.name, each.count, f"{(each.seconds or 0.0) / each.count:.2f} s")
        for each in news.of(Kind.READER)
    ]
    yield from _table(("reader", "files", "mean time"), rows)
    names = [(each.name, each.count) for each in news.of(Kind.VENDOR)]
    yield from _table(("laboratory", "files"), names)


def _markers(news: Tidings) -> Iterator[str]:
    rows = [
        (each.marker, _of(each.found, each.judged), _before(each))
        for each in news.shares
        if each.judged
    ]
    if not rows:
        return
    yield "## How often each marker was found"
    yield ""
    yield "Of the reports that found or excluded it. Drift alarms say when a change is no chance."
    yield ""
    yield from _table(("marker", "tonight", f"{NIGHTS} nights before"), rows)


def _slowest(news: Tidings) -> Iterator[str]:
    found = (each for each in news.read if each.kind is Kind.SLOW)
    slow = sorted(found, key=lambda each: -(each.seconds or 0.0))[:5]
    if not slow:
        return
    yield "## Slowest files"
    yield ""
    rows = [(f"`{short(each.name)}`", f"{each.seconds or 0.0:.2f} s") for each in slow]
    yield from _table(("intake id", "reading took"), rows)


def _stock(news: Tidings) -> Iterator[str]:
    tally = news.tally
    yield "## How it stands"
    yield ""
    files = ", ".join(f"{number} {state}" for state, number in news.files if number)
    yield f"- files ever taken in: {files or 'none'}"
    stale = f", {tally.stale} to be made again by the next night" if tally.stale else ""
    yield f"- cases: {tally.cases}{stale}"
    waits = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in tally.reviews)
    yield f"- queue of the reviewers: {waits or 'empty'}"
    waiting = f"; waiting for activation: {', '.join(news.candidates)}" if news.candidates else ""
    yield f"- knowledge release: {_cell(news.release or 'none')}{_cell(waiting)}"
    yield f"- open drift alarms: {tally.open_drifts or 'none'}"
    yield ""


def _cases(changed: Changed) -> Iterator[str]:
    yield "## Cases made anew"
    yield ""
    shown = [_case(each, changed.origin) for each in changed.cases[:_CASES]]
    more = len(changed.cases) - len(shown)
    yield (", ".join(shown) or "None.") + (f" and {more} more" if more > 0 else "")


def _case(case_id: str, origin: str | None) -> str:
    # What somebody wrote by hand can be a name: only ids of ours stand in an address.
    if not is_ours(case_id):
        return f"`{case_token(case_id)}`"
    return f"[{case_id}]({origin}/case/{case_id})" if origin else f"`{case_id}`"


def _urgent_first(stuck: Iterable[Stuck]) -> list[Stuck]:
    return sorted(stuck, key=lambda each: (not each.is_new, each.why.who == "nobody", each.id))


def _state(stuck: Stuck) -> str:
    return f"{stuck.state}, new" if stuck.is_new else stuck.state


def _before(share: Share) -> str:
    return _of(share.found_before, share.judged_before) if share.judged_before else "no history yet"


def _of(found: int, judged: int) -> str:
    return f"{found} of {judged} ({found / judged:.0%})" if judged else "not judged"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _table(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(str(each)) for each in row)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
