"""The bytes of one file in, a `Reading` out: exactly one reader knows it, or the file is held.

Never raises for a bad file: the report then says `held`, `unrecognised` or `unreadable`, and why.
Readers are found in `parsers.vendors`; a new one is a new file there and nothing here.
"""

import hashlib
import importlib
import io
import pkgutil
from collections.abc import Sequence
from functools import cache
from typing import IO, TYPE_CHECKING, Protocol, cast

from pipeline.errors import HeldError, ReportError, UnreadableError, UnrecognisedError
from pipeline.model import FileKind, Reading, Report, ReportStatus

if TYPE_CHECKING:
    from parsers.fingerprint import Fingerprint
    from parsers.page import Document
    from pipeline.model import Coverage
    from pipeline.sheets import ManifestRow


class Reader(Protocol):
    """A vendor file: its name, the words it knows a document by, and how it reads one.

    One with `ASKED_LAST = True` is of no family, and asked only where no family knows a document.
    """

    READER: str
    RECOGNISE: "Fingerprint"

    def read(self, document: "Document") -> Reading:
        """The reading of a document it recognises."""


STATUS = (
    (HeldError, ReportStatus.HELD),
    (UnrecognisedError, ReportStatus.UNRECOGNISED),
    (UnreadableError, ReportStatus.UNREADABLE),
)


_HASH_BLOCK = 1 << 20
_HEAD = 1 << 16


def read(
    data: bytes,
    name: str,
    row: "ManifestRow | None" = None,
    passwords: Sequence[str] = (),
) -> Reading:
    """What one file says. *row* is its line of the manifest, if it has one."""
    return read_stream(io.BytesIO(data), name, row, passwords=passwords)


def read_stream(
    stream: IO[bytes],
    name: str,
    row: "ManifestRow | None" = None,
    covered: "tuple[Coverage, ...] | None" = None,
    passwords: Sequence[str] = (),
) -> Reading:
    """As `read`, from an open binary file that can seek: a VCF is never in memory as a whole.

    *covered* is the scope of the assay that *row* names; None leaves it to the package's table.
    *passwords* are tried on a PDF that is locked.
    """
    sha256 = _sha256(stream)
    head = stream.read(_HEAD)
    stream.seek(0)
    kind = kind_of(head)
    try:
        _as_promised(stream, sha256, row)
        if kind is FileKind.PDF:
            return _pdf(stream.read(), name, sha256, passwords)
        return _dispatched(stream, name, sha256, row, covered)
    except ReportError as fault:
        status = next(status for error, status in STATUS if isinstance(fault, error))
        report = Report(
            file=name,
            sha256=sha256,
            kind=kind,
            status=status,
            code=fault.code,
            reasons=(fault.sentence,),
        )
        return Reading(report=report)


def _sha256(stream: IO[bytes]) -> str:
    """SHA-256 of the whole stream, which stands at its beginning afterwards."""
    digest = hashlib.sha256()
    stream.seek(0)
    while block := stream.read(_HASH_BLOCK):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def kind_of(data: bytes) -> FileKind:
    """What kind of file the first bytes promise; the name is never asked."""
    if b"%PDF-" in data[:1024]:
        return FileKind.PDF
    gzipped = data[:2] == b"\x1f\x8b"
    text = data[:4096].lstrip(b"\xef\xbb\xbf")
    looks = text.startswith((b"##fileformat=VCF", b"##", b"#CHROM"))
    return FileKind.VCF if gzipped or looks else FileKind.UNKNOWN


def _as_promised(stream: IO[bytes], sha256: str, row: "ManifestRow | None") -> None:
    """Refuse a file that is empty, or is not the one that the manifest speaks of."""
    empty = not stream.read(1)
    stream.seek(0)
    if empty:
        raise UnreadableError("empty", "The file is empty.")
    if row is not None and row.sha256 not in {None, "", sha256}:
        raise HeldError(
            "sha256_mismatch",
            "The bytes are not those that the manifest speaks of (sha256): the file was changed, "
            "cut or exchanged.",
        )


def _dispatched(
    stream: IO[bytes],
    name: str,
    sha256: str,
    row: "ManifestRow | None",
    covered: "tuple[Coverage, ...] | None",
) -> Reading:
    head = stream.read(_HEAD)
    stream.seek(0)
    from parsers import vcf  # noqa: PLC0415 - a PDF need not pay for it

    if vcf.recognises(head):
        return vcf.read(stream, name=name, sha256=sha256, row=row, covered=covered)
    raise UnrecognisedError(
        "unknown_format", "The file is neither a PDF nor a VCF that can be recognised."
    )


def _pdf(data: bytes, name: str, sha256: str, passwords: Sequence[str]) -> Reading:
    from parsers import pdf  # noqa: PLC0415 - no VCF pays for it

    readers = pdf.Readers(choose=_reader, unknown=_unknown)
    return pdf.read(data, name=name, sha256=sha256, readers=readers, passwords=passwords)


@cache
def readers() -> tuple[Reader, ...]:
    """Every vendor file, in the order of their names."""
    from parsers import vendors  # noqa: PLC0415

    names = sorted(module.name for module in pkgutil.iter_modules(vendors.__path__))
    modules = (importlib.import_module(f"parsers.vendors.{name}") for name in names)
    return tuple(cast("Reader", module) for module in modules)


def _reader(laid_out: "Document") -> Reader | None:
    """The one reader that recognises the document, or None.

    Raises:
        HeldError: two do.
    """
    families = [reader for reader in readers() if not _asked_last(reader)]
    last = [reader for reader in readers() if _asked_last(reader)]
    fitting = _fitting(families, laid_out) or _fitting(last, laid_out)
    if len(fitting) > 1:
        raise HeldError(
            "ambiguous_layout", "More than one reader recognises the layout of this report."
        )
    return fitting[0] if fitting else None


def _asked_last(reader: Reader) -> bool:
    return bool(getattr(reader, "ASKED_LAST", False))


def _fitting(asked: Sequence[Reader], laid_out: "Document") -> list[Reader]:
    return [reader for reader in asked if reader.RECOGNISE.matches(laid_out)]


def _unknown(laid_out: "Document") -> Reading:
    """What stands in a report that no reader recognises, for a person to look at.

    Raises:
        UnrecognisedError: it is no molecular report of a patient.
    """
    from parsers import generic  # noqa: PLC0415 - a known layout need not pay for it

    seen = generic.read(laid_out)
    if seen is None:
        raise UnrecognisedError(
            "unknown_layout", "No reader knows the layout of this report; a person must read it."
        )
    return seen
