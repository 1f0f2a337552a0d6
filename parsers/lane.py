"""The other end of `child`: orders in, readings out, each file read in a child with limits.

A lane is a clean process (neither Prefect nor SQLAlchemy nor threads): it imports the readers
once and forks one child a file. The kernel limits the child's time, memory and size, and the
child answers in JSON through a pipe. A crash, a hang or a limit becomes a `Reading` that is
`unreadable` and says why.
"""

import base64
import contextlib
import hashlib
import json
import os
import resource
import signal
import stat
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

from pipeline.codec import from_json, to_json
from pipeline.errors import UnreadableError
from pipeline.model import Assembly, Coverage, FileKind, Reading, Report, ReportStatus
from pipeline.sheets import ManifestRow
from pipeline.transcripts import reference_bases

HEADER = struct.Struct(">Q")
"""What precedes every reply: its length."""

# How a library in C dies when it is given no memory; without much memory held it is its own fault.
_DEATHS = frozenset({-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGTRAP})

_OUT_OF_MEMORY = 3
_FAULT = 4
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost (requirement R14): seconds, and bytes."""

    wall_seconds: float = 60.0
    cpu_seconds: int = 45
    memory_bytes: int = 1_000 * _MEGABYTE
    pdf_bytes: int = 50 * _MEGABYTE
    other_bytes: int = 2_000 * _MEGABYTE
    reply_bytes: int = 64 * _MEGABYTE


@dataclass(frozen=True, kw_only=True)
class Job:
    """One file to be read: where it is, its name in reports and tables, its manifest row.

    *covered* is the scope of the assay that the row names; None leaves it to the package's table.
    """

    path: Path
    name: str
    row: ManifestRow | None = None
    covered: tuple[Coverage, ...] | None = None

    def __post_init__(self) -> None:
        if not self.name.isprintable():
            raise ValueError("the name of a job is text that can be printed")


def unreadable(job: Job, code: str, sentence: str) -> Reading:
    """The reading of a file that nobody could open; the hash stands for its name, not its bytes."""
    stand_in = hashlib.sha256(b"not opened: " + os.fsencode(job.path)).hexdigest()
    return refused(job.name, FileKind.UNKNOWN, stand_in, code, sentence)


def refused(name: str, kind: FileKind, sha256: str, code: str, sentence: str) -> Reading:
    """A reading that says why the file was not read."""
    return Reading(
        report=Report(
            file=name,
            sha256=sha256,
            kind=kind,
            status=ReportStatus.UNREADABLE,
            reasons=(sentence,),
            code=code,
        )
    )


def serve(orders: IO[bytes], replies: IO[bytes], limits: Limits) -> None:
    """Answer each line of *orders* with one reading, its length before it, until they end.

    A reply of no length comes first: the readers can be imported, orders may come.
    """
    import_module("parsers.extract")
    # The way from a reading to JSON takes a tenth of a second to find: once for all children.
    to_json(refused("", FileKind.UNKNOWN, "", "", ""))
    replies.write(HEADER.pack(0))
    replies.flush()
    for line in orders:
        reply = _obeyed(json.loads(line), limits)
        replies.write(HEADER.pack(len(reply)) + reply)
        replies.flush()


def _obeyed(asked: Mapping[str, Any], limits: Limits) -> bytes:
    """The reply to one order: a reading, pictures where places are named, or a line of a VCF."""
    row = None if asked["row"] is None else from_json(ManifestRow, asked["row"])
    covered = asked["covered"] and from_json(tuple[Coverage, ...], asked["covered"])
    job = Job(path=Path(asked["path"]), name=asked["name"], row=row, covered=covered)
    passwords, shown = tuple(asked["passwords"]), asked["shown"]
    if shown is None:
        return _answer(job, limits, lambda file: to_json(_read(job, file, passwords)))
    if "line" in shown:
        return _answer(job, limits, lambda file: _excerpt(file, shown))
    return _answer(job, limits, lambda file: _pictures(file, shown, passwords))


Work = Callable[[int], bytes]
"""What is done in a child with the descriptor of a file."""


def _answer(job: Job, limits: Limits, work: Work) -> bytes:
    try:
        with opened(job.path) as file:
            return _answer_open(job, file, limits, work)
    except UnreadableError as error:
        return to_json(unreadable(job, error.code, error.sentence))


def _answer_open(job: Job, file: int, limits: Limits, work: Work) -> bytes:
    kind = kind_of(os.pread(file, 1024, 0))
    try:
        _check_size(os.fstat(file).st_size, kind, limits)
        _warm(kind)
        return _in_child(work, file, limits)
    except UnreadableError as error:
        reply = refused(job.name, kind, hash_of(file), error.code, error.sentence)
        return to_json(reply)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of a regular file; `UnreadableError` for anything else, and if reading fails."""
    # A link is not followed, and a pipe without a writer does not block (requirement R16).
    try:
        file = os.open(path, _OPEN)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise UnreadableError("cannot_open", f"the file cannot be opened: {reason}") from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise UnreadableError("not_a_file", "this is not a regular file")
        yield file
    except OSError as error:
        # A failing disk or a share that went away: this file waits, the night goes on.
        reason = os.strerror(error.errno or 0).lower()
        sentence = f"the file cannot be read to its end: {reason}"
        raise UnreadableError("cannot_read", sentence) from None
    finally:
        os.close(file)


def kind_of(head: bytes) -> FileKind:
    """What the first bytes look like; the readers look again, more closely."""
    if b"%PDF-" in head:
        return FileKind.PDF
    looks_like_vcf = head.startswith((b"\x1f\x8b", b"##fileformat=VCF", b"#CHROM"))
    return FileKind.VCF if looks_like_vcf else FileKind.UNKNOWN


def _check_size(size: int, kind: FileKind, limits: Limits) -> None:
    most = limits.pdf_bytes if kind is FileKind.PDF else limits.other_bytes
    if size > most:
        sentence = f"the file has {size:,} bytes; at most {most:,} are read"
        raise UnreadableError("too_large", sentence)


def hash_of(file: int) -> str:
    """SHA-256 of all bytes behind the descriptor, wherever it stands."""
    digest, position = hashlib.sha256(), 0
    while block := os.pread(file, 1 << 20, position):
        digest.update(block)
        position += len(block)
    return digest.hexdigest()


_asked: Counter[FileKind] = Counter()
"""How many files of each kind this lane was asked to read."""


def _warm(kind: FileKind) -> None:
    """Make ready what the children of this lane share; the second file pays for those to come."""
    _asked[kind] += 1
    if _asked[kind] == 2:
        from parsers.warming import warm  # noqa: PLC0415 - a single file needs none of it

        warm(kind)
    if _asked[kind] > 1:
        return
    if kind is FileKind.PDF:
        import_module("parsers.pdf")
        import_module("parsers.extract").readers()
    if kind is FileKind.VCF:
        import_module("parsers.vcf")
        for assembly in Assembly:
            reference_bases(assembly)


def _in_child(work: Work, file: int, limits: Limits) -> bytes:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _child(work, file, writer, limits)
    os.close(writer)
    with open(reader, "rb") as pipe:  # noqa: PTH123 - a descriptor, not a path
        reply = pipe.read(limits.reply_bytes + 1)
    if len(reply) > limits.reply_bytes:
        os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    if len(reply) > limits.reply_bytes:
        raise UnreadableError("result_limit", "the file holds more findings than can be kept")
    if ended != 0:
        raise _why(ended, used.ru_maxrss * 1024, reply, limits)
    return reply


def _why(ended: int, peak: int, reply: bytes, limits: Limits) -> UnreadableError:
    """Why a child ended; *peak* is the most memory it held, in bytes."""
    memory = f"reading it would need more than {limits.memory_bytes // _MEGABYTE} MB of memory"
    if ended in _DEATHS and peak > limits.memory_bytes // 2:
        return UnreadableError("memory_limit", memory)
    known = {
        -signal.SIGALRM: ("time_limit", f"reading it took more than {limits.wall_seconds:g} s"),
        -signal.SIGXCPU: ("cpu_limit", f"reading it took more than {limits.cpu_seconds} s of CPU"),
        -signal.SIGKILL: ("memory_limit", memory),
        -signal.SIGABRT: ("memory_limit", memory),
        _OUT_OF_MEMORY: ("memory_limit", memory),
        _FAULT: ("reader_fault", f"the reader failed on this file ({reply.decode()})"),
    }
    return UnreadableError(
        *known.get(ended, ("reader_crashed", f"the reader crashed on this file ({ended})"))
    )


def _child(work: Work, file: int, reply: int, limits: Limits) -> NoReturn:
    # Leaves through `os._exit` alone: nothing of the lane may run twice.
    try:
        _confine(limits)
        _send(reply, work(file))
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except BaseException as error:  # noqa: BLE001 - the boundary: whatever it is, it ends here
        _send(reply, _place(error).encode())
        os._exit(_FAULT)
    os._exit(0)


def _confine(limits: Limits) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pictures(file: int, shown: Mapping[str, Any], passwords: Sequence[str]) -> bytes:
    """Pictures of places on a PDF, as `child.ReaderPool.pictures` takes them apart."""
    from parsers import crops, pdfium  # noqa: PLC0415 - few files are shown

    with open(file, "rb", closefd=False) as stream:
        stream.seek(0)
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != shown["sha256"]:
        return b"{}"
    key = pdfium.key(data, passwords)
    draw = crops.whole if shown["whole"] else crops.crop
    made = [draw(data, page, tuple(box), key) for page, box in shown["places"]]
    return json.dumps({"pictures": [base64.b64encode(each).decode() for each in made]}).encode()


def _excerpt(file: int, shown: Mapping[str, Any]) -> bytes:
    """One line of a VCF with its fields, as `child.ReaderPool.excerpt` takes it apart."""
    from parsers.vcf_excerpt import excerpt  # noqa: PLC0415 - few lines are shown

    if hash_of(file) != shown["sha256"]:
        return b"{}"
    with open(file, "rb", closefd=False) as stream:
        stream.seek(0)
        return to_json(excerpt(stream, shown["line"]))


def _read(job: Job, file: int, passwords: Sequence[str]) -> Reading:
    from parsers.extract import read_stream  # noqa: PLC0415 - the readers live in lanes alone

    before = _state(file)
    with open(file, "rb", closefd=False) as stream:
        reading = read_stream(stream, job.name, job.row, job.covered, passwords)
    if _state(file) == before:
        return reading
    report = reading.report
    sentence = "the file changed while it was read; nothing of it counts until it stands still"
    return refused(job.name, report.kind, report.sha256, "changed", sentence)


def _state(file: int) -> tuple[int, int]:
    # Hash and text are read one after the other: they must be of the same bytes.
    found = os.fstat(file)
    return found.st_size, found.st_mtime_ns


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _place(error: BaseException) -> str:
    # Where and which kind, never the text: an exception may quote a patient's report.
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = "" if trace is None else f" in {trace.tb_frame.f_globals.get('__name__')}"
    return f"{type(error).__name__}{where}, line {trace.tb_lineno}" if trace else "unknown"


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, Limits(**json.loads(sys.argv[1])))
