"""Nights made by hand for the tests of what is told: nothing but what each test speaks of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.meanings import Of, meaning
from flows.tidings import Share, Sounded, Stuck, Tidings
from store.books import RunState
from store.counts import Counted, Kind, Tally
from store.runs import Account, RunRow

ENDED = datetime(2026, 3, 2, 1, 20, tzinfo=UTC)
ACCOUNT = Account(found=12, done=7, held=1, quarantined=1, waiting=1, refused=0, set_aside=2)
RUN = RunRow(
    id="0c9ad1",
    host="laboratory",
    state=RunState.DONE,
    started=ENDED - timedelta(minutes=20),
    heartbeat=ENDED,
    ended=ENDED,
    fault=None,
    account=ACCOUNT,
    alarms=(),
)
QUIET = Tidings(
    at=ENDED + timedelta(hours=6),
    run=RUN,
    complete=RUN,
    files=(("done", 7), ("held", 0)),
    stuck=(),
    alarms=(),
    read=(),
    shares=(),
    release="2026-03",
    candidates=(),
    tally=Tally(cases=5, stale=0, open_drifts=0, reviews=()),
    told=(),
)


def night(**changes: Any) -> Tidings:
    """A quiet night, changed."""
    return replace(QUIET, **changes)


def run(**changes: Any) -> RunRow:
    return replace(RUN, **changes)


def held(code: str, *, id_: str = "90d9038fabcd", state: str = "held", new: bool = True) -> Stuck:
    of = Of.INBOX if state in {"waiting", "refused"} else Of.FILE
    return Stuck(id=id_, state=state, why=meaning(of, code), is_new=new)


def alarm(code: str, sentence: str = "it rings") -> Sounded:
    return Sounded(why=meaning(Of.ALARM, code), sentence=sentence)


BUSY = night(
    stuck=(
        held("damaged", id_="90d9038fabcd", state="quarantined"),
        held("identity", id_="1b2c3d4e5f60", new=False),
        held("growing", id_="77aa77aa77aa", state="waiting"),
    ),
    alarms=(alarm("clock_jump", "the clock was set while the run was at work"),),
    read=(
        Counted(kind=Kind.STATUS, name="final", count=7),
        Counted(kind=Kind.READER, name="vcf", count=4, seconds=2.0),
        Counted(kind=Kind.READER, name="two_column", count=3, seconds=6.0),
        Counted(kind=Kind.VENDOR, name="Northlake | Pathology", count=7),
        Counted(kind=Kind.SLOW, name="abcdef012345" + "0" * 52, count=1, seconds=4.5),
    ),
    shares=(
        Share(marker="IDH1_MUTATION", found=2, judged=8, found_before=30, judged_before=200),
        Share(marker="MSI", found=0, judged=4, found_before=0, judged_before=0),
        Share(marker="TMB", found=0, judged=0, found_before=1, judged_before=9),
    ),
    files=(("done", 70), ("held", 1), ("quarantined", 1)),
    candidates=("2026-04",),
    tally=Tally(cases=60, stale=1, open_drifts=0, reviews=(("signed", 50), ("to_review", 10))),
)
