"""Cases of the database in, files that leave the house out: a page, FHIR, tables.

Every file is for its owner alone (they hold what is known of patients), and appears whole or not
at all.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkstemp

from app import speak
from app.looking import opened
from app.reviewed import instead, is_signed, name_of, replaced, signature
from exchange.case_page import html, pdf
from exchange.case_sheet import Order, Sheet, sheet
from exchange.csv_tables import ENCODING, CsvTable
from exchange.documents import VERSION
from exchange.fhir import bundle
from exchange.parquet import ParquetTable
from exchange.tabular import TABLES, Line
from pipeline.errors import InputError
from pipeline.patient import Interpretation

_STALE = "The reports of this case have changed since it was interpreted: ingest again first."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which files are to be written of one case."""

    pdf: Path | None = None
    html: Path | None = None
    fhir: Path | None = None
    csv: Path | None = None


def export_case(case_id: str, wanted: Wanted, *, as_json: bool) -> None:
    """Write the files that are wanted of one case; *csv* becomes one file a table."""
    with opened() as store:
        said, stale = store.case(case_id), store.is_stale(case_id)
        before = store.past(case_id)
        changed = replaced(before, store.given(case_id))
        under = signature(before, partial(name_of, store))
    page = case_sheet(said, stale=stale, signed=f"{under}{instead(changed)}")
    # Whoever reads a bundle alone would take for signed what is outdated, or was changed by hand.
    documents = _documents(page, wanted, signed=is_signed(before) and not (stale or changed))
    written = [*documents, *_case_tables(said, wanted.csv)]
    _tell({"case": case_id, "stale": stale, "files": [str(each) for each in written]}, as_json)


def export_all(directory: Path, *, parquet: bool, as_json: bool) -> None:
    """Write the four tables of all cases into *directory*, a batch of cases at a time."""
    _made(directory)
    paths = {
        row: directory / f"{name}.{'parquet' if parquet else 'csv'}"
        for row, (name, _) in TABLES.items()
    }
    count = 0
    with opened() as store, ExitStack() as open_files:
        doors = {
            row: open_files.enter_context(_parquet(path, row) if parquet else _csv(path, row))
            for row, path in paths.items()
        }
        for batch in store.every_case():
            count += len(batch)
            _write(doors, batch)
        stale = len(store.stale_cases())
    files = [str(each) for each in paths.values()]
    _tell({"cases": count, "stale": stale, "files": files}, as_json)


Door = Callable[[list[Line]], None]


def _write(doors: dict[type[Line], Door], batch: tuple[Interpretation, ...]) -> None:
    for row, (_, lines) in TABLES.items():
        doors[row]([line for said in batch for line in lines(said)])


def _documents(page: Sheet, wanted: Wanted, *, signed: bool) -> Iterator[Path]:
    if wanted.fhir:
        yield _whole(wanted.fhir, bundle(page.said, signed=signed))
    if wanted.pdf:
        yield _whole(wanted.pdf, pdf(page))
    if wanted.html:
        yield _whole(wanted.html, html(page).encode())


def case_sheet(said: Interpretation, *, stale: bool = False, signed: str = "not signed") -> Sheet:
    """The page of a case as it is printed; *stale* if its reports have changed since."""
    from actionability.silence import NOT_NEEDED  # noqa: PLC0415 - the tables need it not
    from app.ordering import only_silent, ordered  # noqa: PLC0415

    orders = (
        Order(
            test=test,
            markers=tuple(each.label for each in opens.markers),
            opens=opens.drugs,
            needed=not test.startswith(NOT_NEEDED),
        )
        for test, opens in ordered(said).items()
    )
    misses = (each for each in said.near_misses if not only_silent(each, said.case.markers))
    return sheet(said, orders, misses, (_STALE,) if stale else (), signed)


def _case_tables(said: Interpretation, path: Path | None) -> Iterator[Path]:
    """One file a table beside each other: `x.csv` becomes `x.cases.csv` and so on."""
    if path is None:
        return
    for row, (name, lines) in TABLES.items():
        beside = path.with_name(f"{path.stem}.{name}.csv")
        with _csv(beside, row) as write:
            write(list(lines(said)))
        yield beside


@contextmanager
def _csv(path: Path, row: type[Line]) -> Iterator[Door]:
    with _appearing(path) as hidden, hidden.open("w", encoding=ENCODING, newline="") as out:
        yield CsvTable(out, row).write


@contextmanager
def _parquet(path: Path, row: type[Line]) -> Iterator[Door]:
    with _appearing(path) as hidden:
        table = ParquetTable(hidden, row)
        try:
            yield table.write
        finally:
            table.close()


def _whole(path: Path, content: bytes) -> Path:
    with _appearing(path) as hidden:
        hidden.write_bytes(content)
    return path


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A file beside *path*, for its owner alone, that takes its name when all is written."""
    try:
        handle, name = mkstemp(dir=path.parent, prefix=".oncoflag-")
    except OSError as error:
        raise _unwritable(error) from None
    os.close(handle)
    hidden = Path(name)
    try:
        yield hidden
        hidden.replace(path)
    except OSError as error:
        raise _unwritable(error) from None
    finally:
        hidden.unlink(missing_ok=True)


def _made(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> InputError:
    reason = os.strerror(error.errno or 0).lower()
    return InputError(f"the file cannot be written there: {reason}")


def _tell(what: dict[str, object], as_json: bool) -> None:
    if as_json:
        speak.document({"version": VERSION, **what})
        return
    from rich.text import Text  # noqa: PLC0415 - rich is for people

    from app.paint import clean  # noqa: PLC0415

    files = what["files"]
    assert isinstance(files, list)
    lines = [clean(each) for each in files]
    if what["stale"]:
        lines.append("reports have changed since cases were interpreted: ingest again first")
    speak.table(Text("\n".join(lines)))
