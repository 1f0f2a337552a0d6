"""Paths in, jobs and hand-written tables out: which files there are and what is said of them.

Every file is an input or is named here as something else; none is skipped in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.beside import tables_of
from flows.inbox import Fate, Found, directories, look
from parsers.child import Job
from pipeline.patient import Patient
from pipeline.sheets import FindingRow


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What stands ready for the trip; *absent* are manifest rows whose file is not there.

    *found* is everything that stands there, what is no input too; *roots* are the paths given.
    """

    jobs: tuple[Job, ...]
    found: tuple[Found, ...] = ()
    roots: tuple[Path, ...] = ()
    patients: tuple[Patient, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Named:
    """The tables that were named on the command line; they need not stand beside the files."""

    manifest: Path | None = None
    patients: Path | None = None
    findings: Path | None = None


def gather(paths: Iterable[Path], named: Named | None = None, own: Iterable[Path] = ()) -> Gathered:
    """Every input file under *paths*, with its manifest row; `InputError` says what is wrong.

    Directories are searched to their depth for files and for the tables beside them. What is
    refused is a job too: its reader says why, where no inbox was asked. *own* is never read.
    """
    given = tuple(paths)
    named = named or Named()
    found = look(given, own)
    inputs = tuple(each for each in found if _is_job(each))
    beside = tables_of(
        directories(found, given),
        tuple(each.path for each in inputs),
        manifest=named.manifest,
        patients=named.patients,
        findings=named.findings,
    )
    rows = beside.rows_of(tuple(each.path for each in inputs))
    return Gathered(
        jobs=tuple(
            Job(path=each.path, name=each.name, row=row)
            for each, row in zip(inputs, rows, strict=True)
        ),
        found=found,
        roots=tuple(path.resolve() for path in given),
        patients=beside.patients,
        findings=beside.findings,
        absent=beside.absent(rows),
    )


def _is_job(found: Found) -> bool:
    return found.aside is None or found.aside.fate is Fate.REFUSED
