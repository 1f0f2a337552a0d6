"""What a file says in, pictures of the printed places in a directory out: the way back to a page.

A picture shows a patient's report: the directory is for its owner alone, and the names of the files
say nothing but the hash of the report and the number of the finding.
"""

import os
from pathlib import Path

from parsers.child import Job, ReaderPool
from pipeline.errors import InputError
from pipeline.model import FileKind, Finding, ReportResult, Source

_HASH_LETTERS = 16


def private(directory: Path) -> Path:
    """The directory, made for its owner alone; `InputError` if it cannot be made."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise InputError(f"the directory of pictures cannot be made: {reason}") from None
    return directory


def write(directory: Path, pool: ReaderPool, job: Job, result: ReportResult) -> int:
    """Write one picture a finding of a PDF, `HASH-NUMBER.png`; how many there are.

    The number counts the findings as `read --json` lists them, from 1. A VCF has no page: the line
    of its finding is the evidence.

    Raises:
        UnreadableError: the file changed since it was read, or cannot be shown.
        InputError: a picture cannot be written.
    """
    if result.report.kind is not FileKind.PDF:
        return 0
    placed = [
        (number, source.page, source.bbox)
        for number, finding in enumerate(result.findings, start=1)
        if (source := _place(finding)) and source.page and source.bbox
    ]
    wanted = [(page, box) for _, page, box in placed]
    pictures = pool.pictures(job, wanted, result.report.sha256) if wanted else ()
    for (number, _, _), picture in zip(placed, pictures, strict=True):
        name = f"{result.report.sha256[:_HASH_LETTERS]}-{number:03d}.png"
        _save(directory / name, picture)
    return len(pictures)


def _place(finding: Finding) -> Source | None:
    """The first place of a finding that lies on a page."""
    sources = (each.source for each in finding.observations)
    return next((source for source in sources if source.page and source.bbox), None)


def _save(path: Path, picture: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with open(os.open(path, flags, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(picture)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise InputError(f"a picture cannot be written: {reason}") from None
