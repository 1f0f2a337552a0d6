"""Settings and options in, what the trip needs out: assays, knowledge, day, versions."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from actionability.knowledge import Knowledge
from actionability.knowledge import load as packaged
from flows.trip import Frame, Readers
from parsers.child import ReaderPool
from pipeline.coverage import assays, shipped
from pipeline.errors import InputError
from pipeline.patient import Jurisdiction
from pipeline.settings import Settings, load


@contextmanager
def readers(password: str | None = None) -> Iterator[Readers]:
    """Reading processes, with the assays of the package and of the laboratory's own table.

    *password*, then those of the laboratory's own file, are tried on locked PDFs.
    """
    settings = load()
    own = settings.assays
    known = assays(shipped(), _text("ASSAYS", own)) if own else assays(shipped())
    with ReaderPool(passwords=_passwords(password, settings)) as pool:
        yield Readers(pool=pool, assays=known)


def frame(as_of: date | None, jurisdiction: str | None, known: Knowledge | None = None) -> Frame:
    """What cases are interpreted in; the clock is read here and nowhere below.

    *known* is the active release of a database; without one the packaged release counts.
    """
    return Frame(
        knowledge=known or packaged(),
        code_version=version("oncoflag"),
        today=datetime.now().astimezone().date(),
        as_of=as_of,
        jurisdictions=_jurisdictions(jurisdiction),
    )


def private(settings: Settings) -> Path:
    """The data directory, for its owner alone; `InputError` if it cannot be made."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise InputError(f"the data directory cannot be made: {reason}") from None
    return settings.data_dir


def shown(settings: Settings) -> str:
    """Where the database is, without the password that its URL may hold."""
    if settings.database_url is None:
        return str(settings.data_dir / "oncoflag.db")
    scheme, _, rest = settings.database_url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _jurisdictions(word: str | None) -> tuple[Jurisdiction, ...] | None:
    if word is None:
        return None
    try:
        return (Jurisdiction(word.upper()),)
    except ValueError:
        raise InputError(f"{word!r} is no jurisdiction: say US or EU") from None


def passwords(settings: Settings) -> tuple[str, ...]:
    """The laboratory's own passwords of locked PDFs, which its readers try."""
    return _passwords(None, settings)


def _passwords(first: str | None, settings: Settings) -> tuple[str, ...]:
    own = settings.pdf_passwords
    lines = _text("PDF_PASSWORDS", own).splitlines() if own else []
    return tuple(word for word in (first, *lines) if word)


def _text(setting: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = "is not UTF-8 text" if isinstance(error, ValueError) else "cannot be opened"
        raise InputError(f"ONCOFLAG_{setting}: {path} {told}") from None
