"""One bad file: named, explained, and without any harm to the file that comes next."""

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest

from parsers.child import Job, Limits, ReaderPool
from pipeline.model import FileKind, Reading, ReportStatus

ROOT = Path(__file__).parents[2]
VCF = (
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr7,length=159345973>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOUR\n"
    "chr7\t140753336\t.\tA\tT\t50\tPASS\t.\tGT:AD\t0/1:60,40\n"
)
SLOW = b"BT /F1 9 Tf " + b"(x) Tj 1 0 0 1 9 9 Tm " * 300_000 + b"ET"


def bomb() -> bytes:
    """A page of 900 MB in about a kilobyte: blanks, compressed twice."""
    packer, blanks = zlib.compressobj(9), b" " * 1_000_000
    packed = b"".join(packer.compress(blanks) for _ in range(900)) + packer.flush()
    return pdf(zlib.compress(packed, 9), filters=b"[/FlateDecode /FlateDecode]")


def slow() -> bytes:
    """A page of some kilobytes that keeps a reader busy for most of a minute."""
    return pdf(zlib.compress(SLOW, 9), filters=b"/FlateDecode")


def pdf(packed: bytes, *, filters: bytes = b"null") -> bytes:
    """A one-page PDF around a content stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d/Filter %s>>stream\n%s\nendstream" % (len(packed), filters, packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % each for each in offsets)
    start = len(body)
    body += b"xref\n0 7\n0000000000 65535 f \n" + table
    return body + b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def read(path: Path, limits: Limits | None = None) -> Reading:
    with ReaderPool(limits, lanes=1) as pool:
        return pool.read(Job(path=path, name=path.name))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.vcf"
    path.write_text(VCF)
    return path


def test_a_good_file_is_read(good: Path) -> None:
    reading = read(good)
    assert reading.report.status is ReportStatus.FINAL
    assert [str(each.marker) for each in reading.observations] == ["BRAF_MUTATION"]


@pytest.mark.parametrize(
    ("content", "limits", "code"),
    [
        pytest.param(slow(), Limits(wall_seconds=1.0), "time_limit", id="hangs"),
        pytest.param(slow(), Limits(cpu_seconds=1), "cpu_limit", id="computes without end"),
        pytest.param(
            b"##fileformat=VCFv4.2\n" + b" " * 60_000_000,
            Limits(memory_bytes=60_000_000),
            "memory_limit",
            id="needs more memory than it may have",
        ),
        pytest.param(pdf(b""), Limits(pdf_bytes=100), "too_large", id="PDF above its size"),
        pytest.param(b"x" * 101, Limits(other_bytes=100), "too_large", id="other above its size"),
        pytest.param(VCF.encode(), Limits(reply_bytes=100), "result_limit", id="too many findings"),
        pytest.param(b"", Limits(), "empty", id="empty"),
    ],
)
def test_a_limit_becomes_a_code_and_a_sentence(
    tmp_path: Path, content: bytes, limits: Limits, code: str
) -> None:
    path = tmp_path / "poison.pdf"
    path.write_bytes(content)
    reading = read(path, limits)
    assert (reading.report.status, reading.report.code) == (ReportStatus.UNREADABLE, code)
    assert reading.report.reasons
    assert reading.observations == ()


BOMBED = """
import resource, sys
from pathlib import Path
from parsers.child import Job, Limits, ReaderPool
path = Path(sys.argv[1])
with ReaderPool(Limits(memory_bytes=400_000_000), lanes=1) as pool:
    report = pool.read(Job(path=path, name=path.name)).report
print(report.status, report.code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_small_file_that_grows_stays_small(tmp_path: Path) -> None:
    """In a process of its own: the largest child counts for as long as its parent lives."""
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb())
    assert path.stat().st_size < 10_000
    done = subprocess.run(
        [sys.executable, "-c", BOMBED, path],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, code, kilobytes = done.stdout.split()
    assert status == "unreadable"
    assert code == "memory_limit", "a limit is no damage"
    assert int(kilobytes) < 400_000


def test_what_stands_exactly_at_the_limit_is_read(good: Path) -> None:
    assert read(good, Limits(other_bytes=len(VCF))).report.status is ReportStatus.FINAL


def test_the_file_after_a_poisoned_one_is_read_the_same(tmp_path: Path, good: Path) -> None:
    poison = tmp_path / "poison.pdf"
    poison.write_bytes(slow())
    with ReaderPool(Limits(wall_seconds=2.0), lanes=1) as pool:
        before = pool.read(Job(path=good, name="good.vcf"))
        held = pool.read(Job(path=poison, name="poison.pdf"))
        after = pool.read(Job(path=good, name="good.vcf"))
    assert held.report.code == "time_limit"
    assert held.report.kind is FileKind.PDF
    assert after == before


def test_a_lost_process_loses_one_file(tmp_path: Path, good: Path) -> None:
    """The kernel may end the whole lane (out of memory): the file is named, the next is read."""
    poison = tmp_path / "poison.pdf"
    poison.write_bytes(slow())
    with ReaderPool(lanes=1) as pool:
        pool.read(Job(path=good, name="good.vcf"))
        lane = pool._idle.get_nowait()
        pool._idle.put(lane)
        stopper = threading.Timer(1.0, os.killpg, (lane._process.pid, signal.SIGKILL))
        stopper.start()
        lost = pool.read(Job(path=poison, name="poison.pdf"))
        next_one = pool.read(Job(path=good, name="good.vcf"))
    assert lost.report.code == "reader_lost"
    assert next_one.report.status is ReportStatus.FINAL


def test_what_is_not_a_file_is_not_opened(tmp_path: Path, good: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(good)
    started = time.monotonic()
    with ReaderPool(lanes=1) as pool:
        names = ("pipe", "link", "gone")
        readings = [pool.read(Job(path=tmp_path / name, name=name)) for name in names]
    assert [each.report.code for each in readings] == ["not_a_file", "cannot_open", "cannot_open"]
    assert time.monotonic() - started < 20, "a pipe without a writer must not block"


def test_a_path_may_be_any_bytes_but_a_name_is_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.vcf"))
    path.write_text(VCF)
    with ReaderPool(lanes=1) as pool:
        assert pool.read(Job(path=path, name="odd.vcf")).report.status is ReportStatus.FINAL
    with pytest.raises(ValueError, match="text"):
        Job(path=path, name=path.name)


def test_a_reading_process_knows_neither_prefect_nor_a_database(good: Path) -> None:
    with ReaderPool(lanes=1) as pool:
        pool.read(Job(path=good, name="good.vcf"))
        lane = pool._idle.get_nowait()
        maps = Path(f"/proc/{lane._process.pid}/maps").read_text(encoding="utf-8")
        lane.stop()
    assert not [name for name in ("prefect", "sqlalchemy", "pandas", "_sqlite3") if name in maps]


def test_a_disk_that_fails_is_a_sentence_about_one_file(good: Path) -> None:
    """The first page of a process's own memory: a regular file that answers with EIO."""
    with ReaderPool(lanes=1) as pool:
        broken = pool.read(Job(path=Path("/proc/self/mem"), name="broken.vcf"))
        next_one = pool.read(Job(path=good, name="good.vcf"))
    assert (broken.report.status, broken.report.code) == (ReportStatus.UNREADABLE, "cannot_read")
    assert broken.report.reasons == ("the file cannot be read to its end: input/output error",)
    assert next_one.report.status is ReportStatus.FINAL
