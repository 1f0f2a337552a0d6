"""Paths in, jobs and hand-written tables out: which files there are and what is said of them.

Every file is an input or is named here as something else; none is skipped in silence.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flows.beside import SIDECAR, TABLES, tables_of
from parsers.child import Job
from pipeline.errors import InputError
from pipeline.patient import Patient
from pipeline.sheets import FindingRow

_NOT_INPUT = (SIDECAR, ".expected.json", ".py", ".md")


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What stands ready for the trip; *absent* are manifest rows whose file is not there."""

    jobs: tuple[Job, ...]
    patients: tuple[Patient, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Named:
    """The tables that were named on the command line; they need not stand beside the files."""

    manifest: Path | None = None
    patients: Path | None = None
    findings: Path | None = None


def gather(paths: Iterable[Path], named: Named | None = None) -> Gathered:
    """Every input file under *paths*, with its manifest row; `InputError` says what is wrong.

    Directories are searched to their depth for files and for the tables beside them.
    """
    given = tuple(paths)
    named = named or Named()
    found = tuple(_unique(each for path in given for each in _under(path)))
    roots = tuple(each for path in given if path.is_dir() for each in (path, *_below(path)))
    beside = tables_of(
        roots,
        tuple(job.path for job in found),
        manifest=named.manifest,
        patients=named.patients,
        findings=named.findings,
    )
    rows = beside.rows_of(tuple(job.path for job in found))
    return Gathered(
        jobs=tuple(replace(job, row=row) for job, row in zip(found, rows, strict=True)),
        patients=beside.patients,
        findings=beside.findings,
        absent=beside.absent(rows),
    )


def _under(path: Path) -> Iterator[Job]:
    try:
        there = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        shown = _printable(os.fspath(path))
        raise InputError(f"no such file or directory: {shown}") from None
    if not path.is_dir():
        # A file that is named may be a link; the reader itself follows none.
        yield Job(path=there, name=_printable(path.name))
        return
    for each in _walk(path):
        if not _is_set_aside(each.name):
            inside = each.relative_to(path).as_posix()
            yield Job(path=each.absolute(), name=_printable(inside))


def _walk(path: Path) -> Iterator[Path]:
    for each in _entries(path):
        if each.is_dir() and not each.is_symlink():
            yield from _walk(each)
        else:
            yield each


def _below(path: Path) -> Iterator[Path]:
    for each in _entries(path):
        if each.is_dir() and not each.is_symlink():
            yield each
            yield from _below(each)


def _entries(path: Path) -> list[Path]:
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise InputError(f"the directory {path} cannot be read: {reason}") from None
    return [each for each in entries if not each.name.startswith((".", "__pycache__"))]


def _is_set_aside(name: str) -> bool:
    return name in TABLES or name.endswith(_NOT_INPUT)


def _unique(jobs: Iterable[Job]) -> Iterator[Job]:
    seen: set[Path] = set()
    for job in jobs:
        if job.path not in seen:
            seen.add(job.path)
            yield job


def _printable(name: str) -> str:
    # A file name may be any bytes; what is not text, or would move a terminal's cursor, is not.
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
