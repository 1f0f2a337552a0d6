"""Alerts: who asked for it is told once a night and channel; a failure is kept and harms nobody."""

import base64
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.alerts import Channels, Mail, cry, tell
from flows.tidings import Tidings, tidings
from store.books import RunState
from store.leases import still
from store.records import Store
from store.runs import Account, Ending, Opening
from tests.flows.letterbox import hook, post
from tests.flows.told import ENDED, alarm, held

NEEDED = {"stuck": (held("damaged"),), "alarms": (alarm("not_kept", "abc: no room"),)}


@pytest.fixture
def news(store: Store) -> Tidings:
    """A night in the books on which nothing was found, seen some hours later."""
    opening = Opening(id="0c9ad1", host="laboratory", pid=4711, code_version="test")
    run = store.start_run(opening, clock=still(ENDED), alive=lambda *_: False)
    assert run
    nothing = Account(found=0, done=0, held=0, quarantined=0, waiting=0, refused=0, set_aside=0)
    ending = Ending(state=RunState.DONE, account=nothing)
    store.acting(run, still(ENDED)).finish_run(ending)
    (last,) = store.nights(1)
    return tidings(store, last, ENDED + timedelta(hours=6))


def test_a_webhook_gets_one_document(store: Store, news: Tidings) -> None:
    with hook() as there:
        ways = Channels(webhook=there.url, origin="https://review.example")
        (told,) = tell(store, replace(news, **NEEDED), ways)
    (document,) = there.posted
    assert (told.channel, told.outcome) == ("webhook", "sent")
    assert document["level"] == "alarm"
    assert document["headline"] == (
        "Data engineer: 1 alarm; Laboratory: 1 file held back. Everything else went well."
    )
    assert document["run"] == news.run.id
    assert document["account"]["found"] == 0
    assert document["alarms"][0]["code"] == "not_kept"
    assert document["held_back"][0] == {
        "id": "90d9038fabcd",
        "state": "held",
        "code": "damaged",
        "who": "laboratory",
        "meaning": "The PDF is damaged.",
        "do": "Ask the sender for the file again.",
        "new": True,
    }
    assert document["link"] == "https://review.example/monitor"


def test_a_letter_says_it_in_words(store: Store, news: Tidings, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open sesame\n")
    with post() as there:
        mail = _mail(there.port, user="night", password=tmp_path / "password")
        tell(store, replace(news, **NEEDED), Channels(mail=mail))
    (letter,) = there.letters
    assert letter["To"] == "ada@example.org, ben@example.org"
    assert letter["Subject"].startswith("[Oncoflag] alarm: Data engineer: 1 alarm;")
    lines = letter.get_content().splitlines()
    assert "Alarm not_kept: abc: no room. Make room or correct the rights; " in lines[2]
    assert lines[3] == (
        "90d9038fabcd held, new (damaged): The PDF is damaged. "
        "Ask the sender for the file again. (laboratory)"
    )
    assert f"run: {news.run.id}" in lines
    (login,) = there.logins
    assert base64.b64decode(login.split()[-1]) == b"\0night\0open sesame"


@pytest.mark.parametrize(
    ("what", "changes", "always", "sent"),
    [
        ("all is well", {}, False, 0),
        ("all is well, and that is to be told too", {}, True, 1),
        ("somebody is needed", NEEDED, False, 1),
        ("it waits by itself", {"stuck": (held("growing", state="waiting"),)}, False, 0),
    ],
)
def test_what_is_told(
    store: Store, news: Tidings, what: str, changes: dict, *, always: bool, sent: int
) -> None:
    with hook() as there:
        tell(store, replace(news, **changes), Channels(webhook=there.url, always=always))
    assert len(there.posted) == sent


def test_a_night_is_told_once_by_each_channel(store: Store, news: Tidings) -> None:
    urgent = replace(news, **NEEDED)
    with hook() as web, post() as office:
        both = Channels(webhook=web.url, mail=_mail(office.port))
        assert [each.channel for each in tell(store, urgent, both)] == ["webhook", "mail"]
        assert tell(store, urgent, both) == ()
    assert (len(web.posted), len(office.letters)) == (1, 1)


def test_what_failed_is_told_by_the_next_attempt_and_the_other_channel_is_not_hindered(
    store: Store, news: Tidings
) -> None:
    urgent = replace(news, **NEEDED)
    with hook(500) as web, post() as office:
        both = Channels(webhook=web.url, mail=_mail(office.port))
        assert [each.outcome for each in tell(store, urgent, both)] == ["http_500", "sent"]
        assert [each.arrived for each in store.told_of(news.run.id)] == [True, False]
        web.status = 204
        assert [each.outcome for each in tell(store, urgent, both)] == ["sent"]
    assert all(each.arrived for each in store.told_of(news.run.id))


def test_a_missed_night_is_told_every_day(store: Store, news: Tidings) -> None:
    with hook() as there:
        ways = Channels(webhook=there.url)
        days = []
        for hours in (25, 27, 30, 51, 52):
            late = replace(news, at=ENDED + timedelta(hours=hours))
            days += [(hours, each.channel) for each in tell(store, late, ways)]
    # It ended on the second of March at 01:20.
    assert days == [(27, "webhook overdue 2026-03-03"), (51, "webhook overdue 2026-03-04")]
    assert all(each["overdue"] for each in there.posted)


def test_a_night_at_work_is_not_told(store: Store, news: Tidings) -> None:
    running = replace(news, run=replace(news.run, state=RunState.RUNNING, ended=None))
    with hook() as there:
        assert tell(store, replace(running, **NEEDED), Channels(webhook=there.url)) == ()
    assert there.posted == []


def test_a_failed_night_is_told(store: Store, news: Tidings) -> None:
    failed = replace(news.run, state=RunState.FAILED, fault="57P01", account=None)
    with hook() as there:
        tell(store, replace(news, run=failed), Channels(webhook=there.url))
    assert there.posted[0]["headline"].startswith("The night failed (57P01): The database server")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nothing_is_told_to_where_a_server_points(store: Store, news: Tidings, status: int) -> None:
    with hook() as elsewhere, hook(status, elsewhere.url) as there:
        (told,) = tell(store, replace(news, **NEEDED), Channels(webhook=there.url))
    assert told.outcome == f"http_{status}"
    assert elsewhere.posted == []


def _closed() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


def test_faults_are_codes_that_tell_no_address(store: Store, news: Tidings, tmp_path: Path) -> None:
    urgent, port = replace(news, **NEEDED), _closed()
    (told,) = tell(store, urgent, Channels(webhook=f"http://127.0.0.1:{port}/secret"))
    assert told.outcome == "ConnectionRefusedError"
    (told,) = tell(store, urgent, Channels(mail=_mail(port)))
    assert told.outcome == "ConnectionRefusedError"
    with post(refuses=True) as there:
        (told,) = tell(store, urgent, Channels(mail=_mail(there.port)))
        assert told.outcome == "SMTPRecipientsRefused"
    with post() as there:
        missing = _mail(there.port, user="night", password=tmp_path / "none")
        (told,) = tell(store, urgent, Channels(mail=missing))
        assert told.outcome == "FileNotFoundError"
        # A server that offers no encryption gets no letter where encryption is asked for.
        (told,) = tell(
            store, urgent, Channels(mail=replace(_mail(there.port), security="starttls"))
        )
        assert told.outcome == "SMTPNotSupportedError"
    assert there.letters == []


def test_books_that_cannot_be_read_are_cried_out() -> None:
    with hook() as web, post() as office:
        told = cry("unreachable", ENDED, Channels(webhook=web.url, mail=_mail(office.port)))
    assert [each.outcome for each in told] == ["sent", "sent"]
    assert web.posted[0]["level"] == "alarm"
    assert "The database could not be reached." in office.letters[0].get_content()


def _mail(port: int, user: str | None = None, password: Path | None = None) -> Mail:
    return Mail(
        host="127.0.0.1",
        port=port,
        sender="night@example.org",
        to=("ada@example.org", "ben@example.org"),
        user=user,
        password=password,
        security="none",
    )
