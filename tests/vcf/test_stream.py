"""A VCF larger than the memory it may use is read: the file is a stream from disk to proof."""

import pytest

from parsers.child import Job, Limits, ReaderPool
from tests.vcf.text import V600E, vcf

MEMORY = 250_000_000
ROW = "8\t100\t.\tA\tC\t50\tPASS\tNOTE=" + "x" * 960 + "\tGT:AD\t0/1:70,30\n"


@pytest.fixture
def large(tmp_path):
    """A quarter of a gigabyte of rows outside the genes, and one of BRAF V600E behind them."""
    path = tmp_path / "large.vcf"
    head, hit = vcf(V600E).rsplit(b"7\t140453136", 1)
    with path.open("wb") as file:
        file.write(head)
        for _ in range(26):
            file.write(ROW.encode() * 10_000)
        file.write(b"7\t140453136" + hit)
    yield path
    path.unlink()


def test_a_quarter_of_a_gigabyte_is_read_in_less_memory_than_that(large):
    assert large.stat().st_size > MEMORY
    with ReaderPool(Limits(memory_bytes=MEMORY), lanes=1) as pool:
        reading = pool.read(Job(path=large, name="large.vcf"))
    assert reading.report.status.value == "final", reading.report.reasons
    assert [each.alteration for each in reading.observations] == ["p.V600E"]
    assert "260001 data lines = 1 read + 260000 skipped" in reading.report.completeness.evidence
