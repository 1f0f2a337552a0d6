"""Files in, what each of them says out: the command `read`."""

from collections.abc import Sequence
from pathlib import Path

from app import speak
from app.means import readers
from exchange.documents import report_document
from flows.gather import Named, gather
from flows.trip import read_file
from pipeline.model import ReportResult

_DONE, _HELD = 0, 3


def read_files(files: Sequence[Path], manifest: Path | None, *, as_json: bool) -> int:
    """Print what each file says, one after the other; the exit status."""
    jobs = gather(files, Named(manifest=manifest)).jobs
    status = _DONE
    with readers() as each_reader:
        for job in jobs:
            result = read_file(each_reader, job).result
            status = status if result.report.status.is_read else _HELD
            _tell(result, as_json=as_json)
    return status


def _tell(result: ReportResult, *, as_json: bool) -> None:
    if as_json:
        speak.document(report_document(result))
        return
    from app.tables import report  # noqa: PLC0415 - rich is for people

    speak.table(report(result))
