"""The pre-scan against pyvcf3: the same rows in every form of file, and exact refusals."""

import gc
import gzip
import io
import random
import threading

import pytest
import vcf as pyvcf

from parsers.vcf_bytes import BLOCK
from parsers.vcf_rows import rows as located
from parsers.vcf_scan import scan
from pipeline.errors import ReportError
from pipeline.genome import overlapping, panel_intervals
from pipeline.model import Assembly
from tests.vcf.text import bgzf

SEED = 20260101
HEAD = "##fileformat=VCFv4.2\n"
NAMES = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
TAIL = "60\tPASS\tDP=100\tGT:AD\t0/1:70,30"


def places():
    """Every edge of every panel gene on both builds, a base to either side, and chance between."""
    dice = random.Random(SEED)  # noqa: S311 -- a test, not a secret
    loci = [locus for build in Assembly for locus in panel_intervals(build)]
    for at in loci:
        for edge in (at.start, at.end):
            yield from ((at.chromosome, edge + step) for step in (-1, 0, 1))
        yield at.chromosome, dice.randrange(at.start, at.end)
    yield from ((dice.choice(loci).chromosome, dice.randrange(1, 10**8)) for _ in range(3000))


def rows(prefix="chr", ref="G", alt="A"):
    return [f"{prefix}{name}\t{place}\t.\t{ref}\t{alt}\t{TAIL}" for name, place in places()]


def long_refs():
    """Deletions that begin before a gene and just reach it, or just do not."""
    found = []
    for locus in panel_intervals(Assembly.GRCH37):
        for length in (2, 50, 12_000):
            for start in (locus.start - length, locus.start - length + 1):
                ref = "A" * length
                found += [f"{locus.chromosome}\t{start}\t.\t{ref}\tA\t{TAIL}"]
    return found


def structural():
    """Breakends and symbolic alleles far from any gene, whose other end is in one or is not."""
    found = []
    for locus in panel_intervals(Assembly.GRCH38):
        for place in (locus.start - 1, locus.start, locus.end, locus.end + 1):
            mate = f"chr{locus.chromosome}:{place}"
            found += [
                f"chr21\t5000\t.\tG\tG[{mate}[\t{TAIL}",
                f"chr21\t5000\t.\tG\t]{mate}]G\t{TAIL}",
            ]
    return found


def shuffled():
    found = rows() + structural()
    random.Random(SEED).shuffle(found)  # noqa: S311 -- a test, not a secret
    return found


def text(lines, end="\n"):
    return (HEAD + NAMES + "\n".join(lines) + end).encode()


FILES = {
    "sorted by gene, with chr": text(rows()),
    "without chr": text(rows(prefix="")),
    "shuffled, with breakends": text(shuffled()),
    "gVCF": text(rows(alt="<NON_REF>") + rows(alt="A,<NON_REF>")),
    "long REF over an edge": text(long_refs()),
    "CRLF": text(rows()).replace(b"\n", b"\r\n"),
    "no newline at the end": text(rows(), end=""),
    "blank lines between": text(
        [f"{row}\n" if at % 7 == 0 else row for at, row in enumerate(rows())]
    ),
    "gzip": gzip.compress(text(shuffled())),
    "BGZF": bgzf(text(rows())[:30_000], text(rows())[30_000:60_000], text(rows())[60_000:]),
    "a row longer than a block": text(
        [rows()[0].replace("DP=100", "X=" + "y" * (3 * BLOCK)), *rows()]
    ),
}


def by_pyvcf(data):
    """Numbers of the rows that pyvcf3 places in a panel gene, itself or by its mate."""
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    lines = plain.decode().replace("\r\n", "\n").split("\n")
    numbers = [at for at, line in enumerate(lines, 1) if line and not line.startswith("#")]
    reader = pyvcf.Reader(io.StringIO("\n".join(line for line in lines if line) + "\n"))
    return [at for at, record in zip(numbers, reader, strict=True) if wanted(record)]


def wanted(record):
    ends = [(record.CHROM, record.POS, record.POS + len(record.REF) - 1)]
    ends += [(alt.chr, alt.pos, alt.pos) for alt in record.ALT if getattr(alt, "chr", None)]
    return any(overlapping(panel_intervals(build), *end) for end in ends for build in Assembly)


@pytest.mark.parametrize("name", FILES)
def test_the_rows_are_those_of_a_full_scan_by_pyvcf(name):
    expected = by_pyvcf(FILES[name])
    found = [candidate.line for candidate in scan(FILES[name]).candidates]
    assert expected, "the file has rows in genes"
    assert found == expected


@pytest.mark.parametrize("name", FILES)
def test_every_physical_row_is_counted(name):
    data = FILES[name]
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    lines = [line for line in plain.splitlines() if line.strip() and not line.startswith(b"#")]
    assert scan(data).data_lines == len(lines)


def test_a_stream_says_what_its_bytes_say(tmp_path):
    path = tmp_path / "x.vcf.gz"
    path.write_bytes(FILES["gzip"])
    with path.open("rb") as stream:
        assert scan(stream) == scan(FILES["gzip"])


GOOD = rows()[:2000]
WORSE = {
    "a tab lost in one row and won in the next": (
        [*GOOD, GOOD[0].replace("\tPASS\t", "PASS"), GOOD[1] + "\t", *GOOD], "column_count",
    ),
    "a newline lost: two rows in one": ([*GOOD, GOOD[0] + GOOD[1], *GOOD], "column_count"),
    "a row cut in the middle": ([*GOOD, GOOD[0][:20], *GOOD], "column_count"),
    "spaces for tabs": ([*GOOD, GOOD[0].replace("\t", " "), *GOOD], "column_count"),
    "a position in words": ([*GOOD, "chr7\tx\t.\tG\tA\t" + TAIL, *GOOD], "bad_row"),
    "no position": ([*GOOD, "chr7\t\t.\tG\tA\t" + TAIL, *GOOD], "bad_row"),
    "a position with a sign": ([*GOOD, "chr7\t-5\t.\tG\tA\t" + TAIL, *GOOD], "bad_row"),
    "a letter late in a position": ([*GOOD, "chr1\t55500x1\t.\tG\tA\t" + TAIL, *GOOD], "bad_row"),
    "a position with a leading zero": ([*GOOD, "chr7\t05\t.\tG\tA\t" + TAIL], "bad_row"),
    "eleven digits": ([*GOOD, "chr7\t14045313600\t.\tG\tA\t" + TAIL], "bad_row"),
    "a second file behind the first": ([*GOOD, HEAD.strip(), *GOOD], "second_header"),
    "column names twice": ([*GOOD, NAMES.strip(), *GOOD], "second_header"),
    "a hole of zero bytes": ([*GOOD, GOOD[0].replace("DP=100", "\0" * 512)], "nul_bytes"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORSE)
def test_a_damaged_row_anywhere_holds_the_file_and_names_its_line(name):
    lines, code = WORSE[name]
    with pytest.raises(ReportError) as caught:
        scan(text(lines))
    assert caught.value.code == code
    if code in {"column_count", "bad_row", "second_header"}:
        assert f"ine {len(GOOD) + 3} " in caught.value.sentence


STRANGE = {
    "crlf": text(GOOD).replace(b"\n", b"\r\n"),
    "stray_cr": text([GOOD[0].replace("DP=100", "DP\r=100"), *GOOD]),
    "control_characters": text([GOOD[0].replace("DP=100", "DP\x02=100"), *GOOD]),
    "unsorted": text([*GOOD, GOOD[0]]),
}


@pytest.mark.parametrize("code", STRANGE)
def test_what_is_strange_and_harmless_is_named(code):
    assert code in scan(STRANGE[code]).oddities


def test_sorted_rows_are_not_called_unsorted():
    ordered = [f"chr{name}\t{place}\t.\tG\tA\t{TAIL}" for name in (2, 7, 1) for place in (5, 5, 9)]
    assert scan(text(ordered)).oddities == ()


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert scan(b"\xef\xbb\xbf" + text(GOOD)).header[0] == HEAD.strip()


POSITIONS = [10**digits - 1 for digits in range(1, 11)] + [10**digits for digits in range(10)]
NO_DIGITS = "/:x ;-+.\xb5"


def test_positions_of_every_length_are_read_to_the_digit():
    lines = "".join(f"1\t{place}\t.\tG\tA\t.\t.\t.\n" for place in POSITIONS).encode()
    assert located(lines, len(lines), 8, 0).positions.tolist() == POSITIONS


@pytest.mark.parametrize("digits", range(1, 11))
def test_a_position_is_refused_for_one_wrong_character_anywhere(digits):
    for at in range(digits):
        for wrong in NO_DIGITS:
            place = "1" * at + wrong + "1" * (digits - at - 1)
            line = f"1\t{place}\t.\tG\tA\t.\t.\t.\n".encode("latin-1")
            with pytest.raises(ReportError) as caught:
                located(line, len(line), 8, 0)
            assert caught.value.code == "bad_row", place


def test_the_shortest_row_there_can_be_is_refused_and_does_no_harm():
    line = b"\t\t\t\t\t\t\t\n"
    with pytest.raises(ReportError) as caught:
        located(line, len(line), 8, 0)
    assert caught.value.code == "bad_row"


# Rows of a kilobyte, over four blocks: the next blocks are unpacked while one is looked at.
LONG = [row.replace("DP=100", "DP=100;X=" + "y" * 1000) for row in (rows() + structural())]
LONG += LONG[: 5 * BLOCK // 1000 - len(LONG)]


def test_a_packed_file_of_many_blocks_says_what_the_plain_one_says():
    plain = scan(text(LONG))
    packed = scan(gzip.compress(text(LONG), 1))
    assert plain.data_lines == packed.data_lines == len(LONG) > 4 * BLOCK // 1100
    assert plain.candidates == packed.candidates


ODD = "chr7\tx\t.\tG\tA\t" + TAIL
LATE = {
    "a cut at the end": (gzip.compress(text(LONG), 1)[:-9], "cut_gzip"),
    "a checksum that is wrong": (gzip.compress(text(LONG), 1)[:-8] + b"\0" * 8, "damaged_gzip"),
    "a bad row in the first block": (gzip.compress(text([ODD, *LONG]), 1), "bad_row"),
    "a bad row in the last block": (gzip.compress(text([*LONG, ODD]), 1), "bad_row"),
    "a bad row in the first block, and a cut": (
        gzip.compress(text([ODD, *LONG]), 1)[:-9], "bad_row",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LATE)
def test_damage_in_a_file_of_many_blocks_holds_it_and_leaves_no_thread(name):
    data, code = LATE[name]
    before = threading.active_count()
    with pytest.raises(ReportError) as caught:
        scan(data)
    assert caught.value.code == code
    del caught
    gc.collect()
    assert threading.active_count() == before
