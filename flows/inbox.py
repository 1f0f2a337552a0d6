"""Paths in, everything that stands there out: files to be read, and what is none, with a reason.

Nothing is skipped in silence. Nothing is opened here either: a pipe would block, a device could
do worse. A name is any bytes: what is shown of it is text, what it is known by is a hash.
"""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from flows.beside import SIDECAR, TABLES
from pipeline.errors import InputError

DONE_MARK = ".done"
"""What is added to the name of a file, in a file of its own, to say that it is all there."""

_NOT_INPUT = (".expected.json", ".py", ".md")
_TEMPORARY = (".part", ".partial", ".tmp", ".filepart", ".crdownload", "~")
_DEEPEST = 50
_REPORTS = (".pdf", ".vcf", ".gz", ".bgz", ".bcf")


class Fate(StrEnum):
    """What becomes of something that is not taken; the words of `entries.state`."""

    WAITING = "waiting"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, kw_only=True)
class Aside:
    """Why something is not taken: a code and a sentence."""

    fate: Fate
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing in an inbox; *aside* None means that it is a file to be read.

    *root* is the directory that was given, or the file itself where a file *is_named*.
    """

    path: Path
    root: Path
    name: str
    is_named: bool = False
    aside: Aside | None = None

    @property
    def place(self) -> str:
        """What it is known by: SHA-256 of the bytes of its path."""
        return place_of(self.path)


def place_of(path: Path) -> str:
    """SHA-256 of the bytes of a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def look(paths: Iterable[Path], own: Iterable[Path] = ()) -> tuple[Found, ...]:
    """Everything under *paths*, each thing once; directories are searched to their depth.

    *own* are directories and files of ours: no key or database is ever taken for a report.

    Raises:
        InputError: there is nothing under a path, it is one of our own, or a directory that was
            named cannot be read.
    """
    ours = frozenset(each.resolve() for each in own)
    found: dict[Path, Found] = {}
    for path in paths:
        for each in _under(path, ours):
            # What a person names counts as named, whether it also lies in a directory or not.
            if each.path not in found or each.is_named:
                found[each.path] = each
    return tuple(_linked(found.values()))


def directories(found: Iterable[Found], paths: Iterable[Path]) -> tuple[Path, ...]:
    """The directories that were given and those below them in which something stands."""
    given = [path.resolve() for path in paths if path.is_dir()]
    inner = (each.path.parent for each in found if not each.is_named)
    return tuple(dict.fromkeys((*given, *inner)))


def printable(name: str) -> str:
    """A name as text: what is none, or would move a terminal's cursor, is replaced."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _under(path: Path, ours: frozenset[Path]) -> Iterator[Found]:
    try:
        there = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        shown = printable(os.fspath(path))
        raise InputError(f"no such file or directory: {shown}") from None
    if there in ours:
        raise InputError(f"{printable(os.fspath(path))} is Oncoflag's own: it is no inbox")
    if there.is_dir():
        try:
            inner = _children(there)
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            raise InputError(f"the directory {path} cannot be read: {reason}") from None
        yield from _within(there, inner, ours)
        return
    # A file that is named may be a link; in a directory none is followed.
    aside = None if there.is_file() else _NO_FILE
    yield Found(path=there, root=there, name=printable(path.name), is_named=True, aside=aside)


def _within(root: Path, paths: Iterable[Path], ours: frozenset[Path]) -> Iterator[Found]:
    for path in paths:
        inside = path.relative_to(root)
        each = Found(path=path, root=root, name=printable(inside.as_posix()))
        if path in ours:
            yield replace(each, aside=_OURS)
            continue
        try:
            mode = path.lstat().st_mode
            inner = _children(path) if _is_searched(path.name, mode) else None
        except OSError:
            yield replace(each, aside=_UNREADABLE)
            continue
        if inner is None:
            yield replace(each, aside=_aside(path.name, mode))
        elif len(inside.parts) > _DEEPEST:
            yield replace(each, aside=_TOO_DEEP)
        else:
            if path.name.lower().endswith(_REPORTS):
                yield replace(each, aside=_LIKE_A_FILE)
            yield from _within(root, inner, ours)


def _is_searched(name: str, mode: int) -> bool:
    return stat.S_ISDIR(mode) and not name.startswith((".", "__pycache__"))


def _aside(name: str, mode: int) -> Aside | None:
    """Why this is no input; None if it is one."""
    if stat.S_ISLNK(mode):
        return _LINK
    if name.startswith("."):
        return _HIDDEN
    if stat.S_ISDIR(mode):
        return _NOT_A_REPORT
    return _unlike_a_report(name) if stat.S_ISREG(mode) else _NO_FILE


def _unlike_a_report(name: str) -> Aside | None:
    if name in TABLES:
        return _TABLE
    if name.endswith(SIDECAR):
        return _SIDECAR
    if name.endswith(DONE_MARK):
        return _MARK
    if name.lower().endswith(_TEMPORARY):
        return _UNFINISHED
    return _NOT_A_REPORT if name.endswith(_NOT_INPUT) else None


def _linked(found: Iterable[Found]) -> Iterator[Found]:
    """The same, with files refused that have a name outside what was given (R16).

    Whoever holds the other name can change the file after it was read.
    """
    every = list(found)
    inodes = {each.path: _inode(each) for each in every if each.aside is None}
    names = Counter(inode[:2] for inode in inodes.values())
    for each in every:
        inode = inodes.get(each.path)
        outside = inode and not each.is_named and inode[2] > names[inode[:2]]
        yield replace(each, aside=_HARD_LINK) if outside else each


def _inode(found: Found) -> tuple[int, int, int]:
    try:
        told = found.path.lstat()
    except OSError:  # gone since; whoever opens it will say so
        return (0, 0, 0)
    return (told.st_dev, told.st_ino, told.st_nlink)


def _children(directory: Path) -> list[Path]:
    return sorted(directory.iterdir())


def _refused(code: str, reason: str) -> Aside:
    return Aside(fate=Fate.REFUSED, code=code, reason=reason)


def _set_aside(code: str, reason: str) -> Aside:
    return Aside(fate=Fate.SET_ASIDE, code=code, reason=reason)


_LINK = _refused("link", "a link is not followed: put the file itself here")
_NO_FILE = _refused("not_a_file", "this is no regular file (a pipe, a socket or a device)")
_UNREADABLE = _refused("unreadable", "this cannot be looked at: its rights forbid it")
_HARD_LINK = _refused(
    "hard_link", "the file has another name outside and can change from there: copy it here"
)
_TOO_DEEP = _refused("too_deep", f"more than {_DEEPEST} directories deep is not looked")
_TABLE = _set_aside("table", "a table of ours, read as such")
_SIDECAR = _set_aside("sidecar", "the row of the file that it stands beside")
_MARK = _set_aside("marker", "says that the file it stands beside is all there")
_HIDDEN = _set_aside("hidden", "hidden files are not read")
_UNFINISHED = _set_aside("temporary", "the name says that it is still being written")
_NOT_A_REPORT = _set_aside("not_a_report", "by its name this is no report")
_OURS = _set_aside("own", "Oncoflag's own data or settings, never read as a report")
_LIKE_A_FILE = _set_aside(
    "directory", "a directory with the name of a report; the files in it count"
)
