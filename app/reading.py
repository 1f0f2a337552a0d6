"""Files in, what each of them says out: the command `read`."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app import speak
from exchange.documents import report_document
from flows.gather import Named, gather
from flows.means import readers
from flows.trip import read_file
from pipeline.model import ReportResult

_DONE, _HELD = 0, 3


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the command was asked for besides its files; *evidence* is a directory of pictures."""

    manifest: Path | None = None
    evidence: Path | None = None
    password: str | None = field(default=None, repr=False)
    as_json: bool = False


def read_files(files: Sequence[Path], wish: Wish) -> int:
    """Print what each file says, one after the other; the exit status."""
    from app import evidence  # noqa: PLC0415 - few files are shown

    jobs = gather(files, Named(manifest=wish.manifest)).jobs
    directory = evidence.private(wish.evidence) if wish.evidence else None
    status, pictures = _DONE, 0
    with readers(wish.password) as each_reader:
        for job in jobs:
            result = read_file(each_reader, job).result
            status = status if result.report.status.is_read else _HELD
            _tell(result, as_json=wish.as_json)
            if directory:
                pictures += evidence.write(directory, each_reader.pool, job, result)
    if directory:
        print(f"{pictures} pictures in {directory}", file=sys.stderr)  # noqa: T201
    return status


def _tell(result: ReportResult, *, as_json: bool) -> None:
    if as_json:
        speak.document(report_document(result))
        return
    from app.tables import report  # noqa: PLC0415 - rich is for people

    speak.table(report(result))
