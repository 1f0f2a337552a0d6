"""Hostile files, made here and kept nowhere: each is small, and costs a careless reader much."""

import gzip
import random
import struct
import zlib
from collections.abc import Callable

HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 5 0 R>>"
PLAIN = b"BT /F1 9 Tf 72 700 Td (KRAS p.G12D detected) Tj ET "
HEAD = (
    b"##fileformat=VCFv4.2\n##contig=<ID=chr12,length=133275309>\n"
    b'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
)
COLUMNS = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOUR\n"
ROW = b"chr12\t25245350\t.\tC\tT\t50\tPASS\t%s\tGT\t0/1\n"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def deflated(data: bytes) -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode")


def blanks(megabytes: int) -> bytes:
    packer, block = zlib.compressobj(9), b" " * 1_000_000
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def pdf(changed: dict[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """A page that names a result, some of its objects replaced or added."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: PAGE,
        4: stream(PLAIN),
        5: b"<</Font<</F1 6 0 R>>/XObject<</X 7 0 R>>>>",
        6: HELVETICA,
        7: stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]"),
    } | (changed or {})
    body, places = bytearray(b"%PDF-1.7\n"), {}
    for number, each in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj%s endobj\n" % (number, each)
    start, last = len(body), max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % last
    free = b"0000000000 00000 f \n"
    for number in range(1, last):
        body += b"%010d 00000 n \n" % places[number] if number in places else free
    body += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (last, trailer, start)
    return bytes(body)


def content(operators: bytes, **changed: bytes) -> bytes:
    """A page with these operators."""
    return pdf({4: deflated(operators)} | {int(key[1:]): value for key, value in changed.items()})


def form(operators: bytes, resources: bytes) -> bytes:
    wide = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<<%s>>>>"
    return stream(operators, wide % resources)


def laughs() -> dict[int, bytes]:
    """Ten forms, each painting the next ten times."""
    levels = {10 + level: form(b"/X Do " * 10, b"/X %d 0 R" % (11 + level)) for level in range(10)}
    return {4: stream(b"/X Do "), 7: form(b"/X Do ", b"/X 10 0 R"), 20: stream(PLAIN)} | levels


def tree(depth: int) -> dict[int, bytes]:
    """A page below *depth* nodes of the tree."""
    nodes = {10 + at: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (11 + at) for at in range(depth)}
    return {2: b"<</Type/Pages/Kids[10 0 R]/Count 1>>", 10 + depth: PAGE} | nodes


def mapped(cmap: bytes) -> dict[int, bytes]:
    """A font with this map to letters."""
    return {
        6: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 8 0 R>>",
        8: deflated(b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange " + cmap),
    }


def zipped(megabytes: int, start: bytes, block: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(start)]
    parts += [packer.compress(block * (1_000_000 // len(block))) for _ in range(megabytes)]
    return b"".join([*parts, packer.flush()])


def picture(wide: int, high: int) -> dict[int, bytes]:
    said = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
    data = zlib.compress(b"\0" * 1_000_000, 9)
    return {
        4: stream(b"612 0 0 792 0 0 cm /X Do"),
        7: stream(data, said % (wide, high) + b"/Filter/FlateDecode"),
    }


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)  # noqa: S311 - bytes without meaning


def bgzf_that_lies() -> bytes:
    """A block that says it is longer than the file."""
    block = bytearray(gzip.compress(HEAD + COLUMNS, mtime=0))
    block[3] |= 4
    return bytes(block[:10]) + struct.pack("<H2sHH", 6, b"BC", 2, 65000) + bytes(block[10:])


MANY = b"/P <</MCID 0>> BDC EMC "
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a page of 900 MB, packed twice": lambda: pdf(
        {4: stream(zlib.compress(blanks(900), 9), b"/Filter[/FlateDecode/FlateDecode]")}
    ),
    "a page of 900 MB, packed thrice": lambda: pdf(
        {
            4: stream(
                zlib.compress(zlib.compress(blanks(900), 9), 9),
                b"/Filter[/FlateDecode/FlateDecode/FlateDecode]",
            )
        }
    ),
    "run lengths of 300 MB": lambda: pdf(
        {
            4: stream(
                zlib.compress(b"\x81 " * 2_400_000, 9), b"/Filter[/FlateDecode/RunLengthDecode]"
            )
        }
    ),
    "a thousand filters": lambda: pdf(
        {4: stream(b"20>" * 10_000, b"/Filter[" + b"/ASCIIHexDecode" * 1_000 + b"]")}
    ),
    "300,000 words": lambda: content(b"BT /F1 9 Tf " + b"(x) Tj 1 0 0 1 9 9 Tm " * 300_000),
    "a million states pushed": lambda: content(b"q " * 1_000_000 + PLAIN),
    "a million states popped": lambda: content(b"Q " * 1_000_000 + PLAIN),
    "60,000 lines": lambda: content(b"0 0 m 99 99 l S " * 60_000 + PLAIN),
    "300,000 boxes": lambda: content(b"1 1 9 9 re f " * 300_000 + PLAIN),
    "a curve of 500,000 pieces": lambda: content(b"0 0 m " + b"1 1 2 2 3 3 c " * 500_000 + b"S"),
    "300,000 marks": lambda: content(MANY * 300_000 + PLAIN),
    "1,000 pages": lambda: pdf({2: b"<</Type/Pages/Kids[" + b"3 0 R " * 1_000 + b"]/Count 1000>>"}),
    "a count of two thousand million pages": lambda: pdf(
        {2: b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"}
    ),
    "a negative count of pages": lambda: pdf({2: b"<</Type/Pages/Kids[3 0 R]/Count -1>>"}),
    "a tree of pages that holds itself": lambda: pdf(
        {2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"}
    ),
    "a tree of pages 3,000 deep": lambda: pdf(tree(3_000)),
    "a page that is its own parent's parent": lambda: pdf(
        {2: b"<</Type/Pages/Parent 3 0 R/Kids[3 0 R]/Count 1>>", 3: b"<</Type/Page/Parent 2 0 R>>"}
    ),
    "arrays 100,000 deep": lambda: pdf({8: b"[" * 100_000 + b"]" * 100_000}, b"/Info 8 0 R"),
    "dictionaries 50,000 deep": lambda: pdf(
        {8: b"<</A" * 50_000 + b" 1" + b">>" * 50_000}, b"/Info 8 0 R"
    ),
    "arrays 200,000 deep among the operators": lambda: content(b"[" * 200_000 + b"] TJ"),
    "a form that paints itself": lambda: pdf(
        {4: stream(b"/X Do " + PLAIN), 7: form(b"/X Do ", b"/X 7 0 R")}
    ),
    "ten thousand million forms": lambda: pdf(laughs()),
    "one stream 100,000 times": lambda: pdf(
        {3: PAGE.replace(b"4 0 R", b"[" + b"4 0 R " * 100_000 + b"]")}
    ),
    "a length that is itself": lambda: pdf({4: b"<</Length 4 0 R>>stream\nq\nendstream"}),
    "an index that follows itself": lambda: pdf(trailer=b"/Prev 9"),
    "an index of many million entries": lambda: pdf().replace(b"xref\n0 8", b"xref\n0 99999999"),
    "a map of four thousand million letters": lambda: pdf(
        mapped(b"1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange")
    ),
    "a map of 3 million entries": lambda: pdf(
        mapped(b"9 beginbfrange " + b"<0000> <FFFF> <0041> " * 50 + b"endbfrange")
    ),
    "a map that uses itself": lambda: pdf(mapped(b"/Identity-H usecmap " * 5_000)),
    "a million widths": lambda: pdf(
        {6: HELVETICA[:-2] + b"/FirstChar 0/LastChar 999999/Widths[" + b"500 " * 1_000_000 + b"]>>"}
    ),
    "a picture of ten thousand million dots": lambda: pdf(picture(100_000, 100_000)),
    "a page of a thousand kilometres": lambda: pdf(
        {3: PAGE.replace(b"612 792", b"3000000000 3000000000")}
    ),
    "a page of no size": lambda: pdf({3: PAGE.replace(b"612 792", b"0 0")}),
    "100,000 notes": lambda: pdf(
        {3: PAGE[:-2] + b"/Annots[" + b"8 0 R " * 100_000 + b"]>>", 8: b"<</Subtype/Text>>"}
    ),
    "a picture in a line that never ends": lambda: content(b"BI /W 9 /H 9 ID " + b"x" * 3_000_000),
    "a word that never ends": lambda: content(b"BT /F1 9 Tf (" + b"(x" * 500_000),
    "a lock without a key": lambda: pdf(
        {8: b"<</Filter/Standard/V 9/R 9/O(x)/U(x)/P 1>>"}, b"/Encrypt 8 0 R/ID[(a)(a)]"
    ),
    "nothing but a mark": lambda: b"%PDF-1.7\n%%EOF",
    "noise of 3 MB behind a mark": lambda: b"%PDF-1.7\n" + noise(3_000_000),
    "a million empty objects": lambda: b"%PDF-1.7\n" + b"1 0 obj null endobj\n" * 500_000,
    "a VCF of 2 GB of zeros, packed": lambda: zipped(2_000, HEAD, b"\0"),
    "a VCF with a line of 1 GB, packed": lambda: zipped(1_000, HEAD + COLUMNS + ROW[:30], b"A"),
    "a VCF of 1 GB of header, packed": lambda: zipped(1_000, HEAD, b"##a=b\n"),
    "a VCF packed in a packed VCF": lambda: gzip.compress(gzip.compress(HEAD + COLUMNS)),
    "a VCF with a block that lies": bgzf_that_lies,
    "a VCF that is cut in its trailer": lambda: gzip.compress(HEAD + COLUMNS + ROW % b".")[:-4],
    "a VCF with a column line of 50 MB": lambda: HEAD + COLUMNS[:-1] + b"\tS" * 25_000_000 + b"\n",
    "a VCF of zero bytes": lambda: HEAD + COLUMNS + b"\0" * 5_000_000,
}
QUICK = (
    "a page of 900 MB, packed twice",
    "a thousand filters",
    "1,000 pages",
    "a tree of pages that holds itself",
    "a form that paints itself",
    "arrays 100,000 deep",
    "a length that is itself",
    "a lock without a key",
    "a VCF with a block that lies",
    "a VCF packed in a packed VCF",
)
