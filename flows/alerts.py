"""Tidings in, a message by webhook or e-mail out: once a run and channel, and never in the way.

A message holds what `tidings` holds: numbers, codes and opaque ids. What could not be sent is
tried again by the next `oncoflag status --alert`; `status` says so until then.
"""

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flows.meanings import Level, Of, meaning
from flows.tidings import Tidings
from pipeline.errors import InputError
from store.books import RunState
from store.counts import SENT, Told
from store.records import Store

_PATIENCE_SECONDS = 15
_LISTED = 50
_OK = range(200, 300)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """How an e-mail goes out; *password* is a file, *security* `starttls`, `tls` or `none`."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    user: str | None = None
    password: Path | None = None
    security: str = "starttls"


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Where messages go; *always* says that a night on which all is well is told too.

    *origin* is the address of the review pages, to which a message points.
    """

    webhook: str | None = None
    mail: Mail | None = None
    always: bool = False
    origin: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The channels there are."""
        both = (("webhook", self.webhook), ("mail", self.mail))
        return tuple(name for name, way in both if way is not None)


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is sent: how bad it is, one sentence, and everything as a document."""

    level: Level
    headline: str
    document: dict[str, Any]


def tell(store: Store, news: Tidings, channels: Channels) -> tuple[Told, ...]:
    """Send what is to be told of a run over every channel that has not had it; what came of it."""
    occasion = _occasion(news, always=channels.always)
    if occasion is None:
        return ()
    arrived = {each.channel for each in store.told_of(news.run.id) if each.arrived}
    told = []
    for name in channels.names:
        if f"{name}{occasion}" in arrived:
            continue
        outcome = deliver(message(news, channels.origin), name, channels)
        told.append(Told(channel=f"{name}{occasion}", at=news.at, outcome=outcome))
        store.note_told(news.run.id, told[-1])
    return tuple(told)


def cry(code: str, at: datetime, channels: Channels) -> tuple[Told, ...]:
    """Say over every channel that the books themselves cannot be read; nothing can be noted."""
    why = meaning(Of.FAULT, code)
    headline = f"The books of the nights cannot be read ({why.code}): {why.meaning} {why.do}"
    said = {"service": "oncoflag", "level": Level.ALARM, "headline": headline, "at": at.isoformat()}
    bad = Message(level=Level.ALARM, headline=headline, document=said)
    return tuple(
        Told(channel=name, at=at, outcome=deliver(bad, name, channels)) for name in channels.names
    )


def message(news: Tidings, origin: str | None = None) -> Message:
    """What is sent of a run."""
    run = news.run
    document = {
        "service": "oncoflag",
        "level": news.level.value,
        "headline": news.headline,
        "at": news.at.isoformat(),
        "run": run.id,
        "state": run.state.value,
        "started": run.started.isoformat(),
        "ended": run.ended and run.ended.isoformat(),
        "fault": run.fault,
        "overdue": news.is_overdue,
        "account": run.account and asdict(run.account),
        "alarms": [
            {"code": each.why.code, "sentence": each.sentence, "do": each.why.do}
            for each in news.alarms
        ],
        "held_back": [
            {"id": each.id, "state": each.state, "code": each.why.code, "who": each.why.who}
            | {"meaning": each.why.meaning, "do": each.why.do, "new": each.is_new}
            for each in news.needed[:_LISTED]
        ],
        "held_back_in_all": len(news.needed),
        "knowledge": news.release,
        "link": f"{origin}/monitor" if origin else None,
    }
    return Message(level=news.level, headline=news.headline, document=document)


def deliver(said: Message, channel: str, channels: Channels) -> str:
    """Send it; `SENT`, or a code that says why not. Whatever goes wrong, nobody else is harmed."""
    try:
        if channel == "webhook" and channels.webhook:
            _post(said, channels.webhook)
        elif channels.mail:
            _mail(said, channels.mail)
    except Exception as error:  # noqa: BLE001 - a message is never worth a night
        return _code(error)
    return SENT


def _occasion(news: Tidings, *, always: bool) -> str | None:
    """What is added to the name of a channel, so that each occasion is told once; None if none is.

    A missed night is told again every day, until one comes to its end.
    """
    if news.is_overdue and not news.run.fault:
        return f" overdue {news.at:%Y-%m-%d}"
    if news.run.state is RunState.RUNNING:
        return None
    return "" if always or news.level is not Level.WELL else None


def _post(said: Message, url: str) -> None:
    if not url.startswith(("https://", "http://")):
        raise InputError("a webhook is an address of http or https")
    body = json.dumps(said.document).encode()
    head = {"Content-Type": "application/json", "User-Agent": "oncoflag"}
    request = urllib.request.Request(url, data=body, headers=head, method="POST")  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirect)
    with opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
        if answer.status not in _OK:
            raise _RefusedError(f"http_{answer.status}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is told goes where the setting says, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """None: the answer counts as a failure with its own code."""


def _mail(said: Message, mail: Mail) -> None:
    letter = EmailMessage()
    letter["Subject"] = f"[Oncoflag] {said.level.value}: {said.headline}"[:200]
    letter["From"] = mail.sender
    letter["To"] = ", ".join(mail.to)
    letter.set_content("\n".join(_lines(said.document)))
    server = _post_office(mail)
    try:
        if mail.user:
            server.login(mail.user, _password(mail.password))
        server.send_message(letter)
    finally:
        # Whatever it answers to a farewell, the letter was taken or not.
        with suppress(Exception):
            server.quit()
        server.close()


def _post_office(mail: Mail) -> smtplib.SMTP:
    safe = ssl.create_default_context()
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=_PATIENCE_SECONDS, context=safe)
    server = smtplib.SMTP(mail.host, mail.port, timeout=_PATIENCE_SECONDS)
    if mail.security == "starttls":
        try:
            server.starttls(context=safe)
        except BaseException:
            server.close()
            raise
    return server


def _password(path: Path | None) -> str:
    if path is None:
        raise _RefusedError("no_password_file")
    return path.read_text(encoding="utf-8").strip()


def _lines(document: dict[str, Any]) -> Iterator[str]:
    """The document as a letter: what a person reads on a telephone."""
    yield document["headline"]
    yield ""
    for alarm in document.get("alarms", ()):
        yield f"Alarm {alarm['code']}: {alarm['sentence']}. {alarm['do']}"
    for held in document.get("held_back", ()):
        new = ", new" if held["new"] else ""
        told = f"{held['meaning']} {held['do']} ({held['who']})"
        yield f"{held['id']} {held['state']}{new} ({held['code']}): {told}"
    rest = document.get("held_back_in_all", 0) - len(document.get("held_back", ()))
    if rest > 0:
        yield f"... and {rest} more: `oncoflag quarantine list`"
    if document.get("account"):
        counts = ", ".join(f"{name} {number}" for name, number in document["account"].items())
        yield f"Account: {counts.replace('_', ' ')}"
    yield from (f"{name}: {document[name]}" for name in ("run", "link") if document.get(name))


class _RefusedError(Exception):
    """A message that was not taken; its text is a code."""


def _code(error: Exception) -> str:
    # Never its text: an address may hold a secret, a server may say anything.
    if isinstance(error, _RefusedError):
        return str(error)
    if isinstance(error, urllib.error.HTTPError):
        return f"http_{error.code}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"smtp_{error.smtp_code}"
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        return type(error.reason).__name__
    return type(error).__name__
