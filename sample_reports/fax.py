"""A drawn page in, the same as a fax machine passes it on out: a picture, and a PDF of pictures."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdfium2
import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
MIDDLE = 150  # of 255 tones of grey: darker is ink


@dataclass(frozen=True, kw_only=True)
class Fax:
    """How bad the machine is: *skew* in degrees, *blur* in dots, *specks* a share of all dots."""

    dots_an_inch: int
    skew: float
    blur: float
    specks: float


def picture(page: pypdfium2.PdfPage, head: str, fax: Fax, chance: random.Random) -> Image.Image:
    """A page in black and white, with the line that a fax machine prints at its head."""
    grey = page.render(scale=fax.dots_an_inch / 72, grayscale=True).to_pil()
    grey = grey.rotate(fax.skew, Image.Resampling.BICUBIC, fillcolor=255)
    grey = grey.filter(ImageFilter.GaussianBlur(fax.blur))
    font = ImageFont.truetype(FONT, 20)
    ImageDraw.Draw(grey).text((120, 16), head, fill=0, font=font)
    dots = bytearray(grey.point([0] * MIDDLE + [255] * (256 - MIDDLE)).tobytes())
    for _ in range(int(fax.specks * len(dots))):
        dots[chance.randrange(len(dots))] = chance.choice((0, 255))
    return Image.frombytes("L", grey.size, bytes(dots)).convert("1", dither=Image.Dither.NONE)


def write(path: Path, pages: Sequence[Image.Image], fax: Fax, title: str) -> None:
    """A PDF with one picture a page and nothing else: the same bytes every time."""
    first = 4  # after the catalogue, the tree of pages and the words about the file
    kids = " ".join(f"{first + 3 * number} 0 R" for number in range(len(pages)))
    about = f"/Title ({title}) /CreationDate (D:20000101000000+00'00')"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [ {kids} ] /Count {len(pages)} >>".encode(),
        f"<< {about} >>".encode(),
    ]
    for number, each in enumerate(pages):
        objects += _page(each, first + 3 * number, fax)
    path.write_bytes(_bound(objects))


def _page(dots: Image.Image, number: int, fax: Fax) -> Iterator[bytes]:
    """A page, what it paints, and the picture: three objects, the first of them *number*."""
    wide, high = (72 * side / fax.dots_an_inch for side in dots.size)
    yield (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 {wide:.2f} {high:.2f} ] "
        f"/Contents {number + 1} 0 R /Resources << /XObject << /Im {number + 2} 0 R >> >> >>"
    ).encode()
    paint = f"{wide:.2f} 0 0 {high:.2f} 0 0 cm /Im Do".encode()
    yield b"<< /Length %d >>\nstream\n%s\nendstream" % (len(paint), paint)
    packed = run_lengths(dots.tobytes())
    yield (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
        b"/BitsPerComponent 1 /Filter /RunLengthDecode /Length %d >>\nstream\n%s\nendstream"
    ) % (*dots.size, len(packed), packed)


def run_lengths(data: bytes) -> bytes:
    """Bytes packed by counting repeats (ISO 32000-1, 7.4.5): the same with every library."""
    packed, single = bytearray(), bytearray()
    for value, run in groupby(data):
        count = sum(1 for _ in run)
        if count < 3:
            single += bytes([value]) * count
            continue
        packed += _literal(single)
        single.clear()
        while count:
            part = min(count, 128)
            packed += bytes([257 - part, value]) if part > 1 else bytes([0, value])
            count -= part
    return bytes(packed + _literal(single) + b"\x80")


def _literal(data: bytes) -> bytes:
    parts = (data[at : at + 128] for at in range(0, len(data), 128))
    return b"".join(bytes([len(part) - 1]) + part for part in parts)


def _bound(objects: Sequence[bytes]) -> bytes:
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\n" % (len(objects) + 1)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)
