"""Directories in, the tables people wrote by hand beside their files out.

`manifest.csv` says which file belongs to whom, `patients.csv` gives the clinical context,
`findings.csv` results known from elsewhere, and `NAME.case.json` is one manifest row as JSON.
"""

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline.errors import InputError
from pipeline.patient import Patient
from pipeline.sheets import FindingRow, ManifestRow, findings, manifest, patients

TABLES = ("manifest.csv", "patients.csv", "findings.csv")
"""Names of the tables that are looked for in every directory."""

SIDECAR = ".case.json"
"""What is added to the name of a file, with or without its endings, for its own row."""

_MOST_BYTES = 64 << 20
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """A manifest row, and the keys under which a file is its own: path, hash, bare name."""

    row: ManifestRow
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Everything that was written by hand."""

    rows: tuple[_Placed, ...]
    patients: tuple[Patient, ...]
    findings: tuple[FindingRow, ...]

    def rows_of(self, paths: Sequence[Path]) -> tuple[ManifestRow | None, ...]:
        """The manifest row of each file, or None; `InputError` where there are several."""
        index = self._index()
        hashed = any(each.row.file is None for each in self.rows)
        return tuple(_only(path, index, hashed=hashed) for path in paths)

    def absent(self, used: Iterable[ManifestRow | None]) -> tuple[str, ...]:
        """What the manifests name and nobody has brought."""
        brought = {id(row) for row in used}
        unused = (each.row for each in self.rows if id(each.row) not in brought)
        return tuple(row.file or f"sha256 {row.sha256}" for row in unused)

    def _index(self) -> dict[str, list[ManifestRow]]:
        index: dict[str, list[ManifestRow]] = {}
        for each in self.rows:
            for key in each.keys:
                index.setdefault(key, []).append(each.row)
        return index


def _only(path: Path, index: dict[str, list[ManifestRow]], *, hashed: bool) -> ManifestRow | None:
    keys = [_standing(path), path.name]
    if hashed and (digest := _hash(path)):
        keys.append(digest)
    rows = {id(row): row for key in keys for row in index.get(key, ())}
    if len(rows) > 1:
        raise InputError(f"{path.name} has {len(rows)} manifest rows; one is wanted")
    return next(iter(rows.values()), None)


def tables_of(
    directories: Sequence[Path],
    files: Sequence[Path],
    *,
    manifest: Path | None,
    patients: Path | None,
    findings: Path | None,
) -> Beside:
    """The tables in *directories*, the sidecars of *files*, and the tables that are named."""
    names = (manifest, patients, findings)
    manifests, people, known = (
        _tables(directories, name, named) for name, named in zip(TABLES, names, strict=True)
    )
    return Beside(
        rows=(*_rows(manifests, manifest), *_sidecars(files)),
        patients=tuple(each for table in people for each in _patients(table)),
        findings=tuple(each for table in known for each in _findings(table)),
    )


def _tables(directories: Sequence[Path], name: str, named: Path | None) -> tuple[Path, ...]:
    there = [each / name for each in directories if _is_there(each / name)]
    every = [*there, named] if named else there
    return tuple({each.resolve(): each for each in every}.values())


def _rows(tables: Iterable[Path], named: Path | None) -> Iterator[_Placed]:
    for table in tables:
        anywhere = named is not None and table.resolve() == named.resolve()
        for row in _parsed(table, manifest):
            yield _Placed(row=row, keys=_keys(row, table.parent.resolve(), anywhere=anywhere))


def _keys(row: ManifestRow, directory: Path, *, anywhere: bool) -> tuple[str, ...]:
    # The bare name counts in a table that was named: it need not stand beside the files.
    if row.file is None:
        return (row.sha256 or "",)
    own = os.path.normpath(directory / row.file)
    return (own, row.file) if anywhere else (own,)


def _patients(table: Path) -> tuple[Patient, ...]:
    return _parsed(table, patients)


def _findings(table: Path) -> tuple[FindingRow, ...]:
    return _parsed(table, findings)


def _parsed(table: Path, door: Callable[[str], T]) -> T:
    try:
        return door(_text(table))
    except InputError as error:
        raise InputError(f"{table.name}: {error}") from None


def _text(table: Path) -> str:
    try:
        if table.stat().st_size > _MOST_BYTES:
            raise InputError(f"a table of more than {_MOST_BYTES:,} bytes is not read")
        return table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8 text") from None
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise InputError(f"cannot be opened: {reason}") from None


def _sidecars(files: Iterable[Path]) -> Iterator[_Placed]:
    for file in files:
        for name in dict.fromkeys((file.name, file.name.split(".", 1)[0])):
            sidecar = file.parent / f"{name}{SIDECAR}"
            if _is_there(sidecar):
                row = _parsed(sidecar, partial(_one_row, file=file.name))
                yield _Placed(row=row, keys=(_standing(file),))
                break


def _is_there(table: Path) -> bool:
    """True for a file; `InputError` for a link: whoever can write here could show us any file."""
    try:
        if not table.is_symlink():
            return table.is_file()
    except OSError:  # the name of the file was long, that of its sidecar is too long
        return False
    raise InputError(f"{table.name}: a link is not followed; put the table itself here, or name it")


def _standing(path: Path) -> str:
    """Where a file stands; a link is not followed, it may lead nowhere or to itself."""
    return str(path.parent.resolve() / path.name)


def _one_row(text: str, file: str) -> ManifestRow:
    # Written as a table again, so that both forms obey the same rules.
    try:
        cells = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("this is not JSON") from None
    if not isinstance(cells, dict):
        raise InputError("this must be one object with the columns of manifest.csv")
    values = {key: "" if value is None else str(value) for key, value in cells.items()}
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=list(values | {"file": file}))
    writer.writeheader()
    writer.writerow(values | {"file": file})
    (row,) = manifest(table.getvalue())
    return row


def _hash(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
