"""Sample 17, layout family D: a path in, a plasma report whose body font lies about its letters.

Printed it reads well. In its text every letter of the body is another one, because the map from
glyphs to letters is shifted; the bold words, which name genes and a signature, are intact.
"""

import re
from pathlib import Path

from drawing import BODY, BOLD, PLAIN, Ink, Sheet, bind, true_type
from family_d import HEAD_CELL, LAB, LEFT, Frame, furnish, head, prose
from reportlab.lib.pagesizes import letter

FRAME = Frame(
    patient="Specimen, Sverre (SYN-26-0217)", born="01 Jan 1963", test="Test Number 1", pages=2
)
LINES = (
    "Patient MRN: SYN-000017 | DOB: 01 Jan 1963 | Gender: Male",
    "Diagnosis: Cholangiocarcinoma | Test Number 1",
)
BLOCKS = (
    (
        "REPORTING",
        "Report Date:|20 Mar 2026",
        "Receipt Date:|12 Mar 2026",
        "Collection Date:|11 Mar 2026",
        "Specimen:|Blood",
    ),
    ("PHYSICIAN", "Dr. Imogen Placeholder", "Account: Exempla Regional Hospital (fictional)"),
)
TITLE = "Summary of Detected Somatic Alterations & Associated Treatment Options"
SUMMARY = (
    ("KRAS", "was examined in the whole of its coding sequence, and nothing was found there."),
    ("FGFR2", "bears no fusion in the plasma of this patient, nor any change of its kinase."),
    ("MSI-High", "was not seen; the microsatellites of the sample are stable throughout."),
    ("BRAF V600E", "was looked for and is absent in this sample."),
)
COMMENT = (
    "In plasma, the absence of an alteration does not exclude it in the tumour; tissue should be "
    "examined where no alteration is found. The share of tumour in the plasma was sufficient."
)
SHIFT = 5  # places in the alphabet of Unicode
MAP = re.compile(rb"beginbfrange.*?endbfrange|beginbfchar.*?endbfchar", re.DOTALL)


class _Sheet(Sheet):
    """Writes what is plain in a font of its own, whose map is broken afterwards."""

    def words(self, x: float, top: float, words: str, ink: Ink = BODY) -> float:
        if ink.font == PLAIN:
            ink = Ink(font=true_type(), size=0.9 * ink.size, colour=ink.colour)
        return super().words(x, top, words, ink)


def _summary(sheet: Sheet) -> None:
    sheet.words(LEFT, 24, LAB, HEAD_CELL)
    head(sheet, FRAME, LINES, BLOCKS)
    sheet.words(LEFT, 200, TITLE, Ink(font=BOLD, size=12))
    for number, (bold, plain) in enumerate(SUMMARY):
        sheet.words(LEFT, 226 + 20 * number, bold, HEAD_CELL)
        sheet.words(LEFT + 80, 226 + 20 * number, plain)


def _comment(sheet: Sheet) -> None:
    sheet.words(LEFT, 104, "Comments", Ink(font=BOLD, size=12))
    prose(sheet, 124, COMMENT)


def broken_unicode(data: bytes) -> bytes:
    """The bytes of a PDF with the letters of its mapped fonts shifted; as long as before."""
    return MAP.sub(_shifted, data)


def _shifted(found: re.Match[bytes]) -> bytes:
    """A table of glyphs and letters: the last number of each entry, or of each list, is moved."""
    return re.sub(rb"<([0-9A-Fa-f]{4})>(?=[\s\]])", _moved, found[0])


def _moved(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16)
    return b"<%04X>" % (code + SHIFT if chr(code).isalpha() else code)


def sample_17(path: Path) -> None:
    """A report that reads well on paper and says something else to a program."""
    sheet = _Sheet(path, letter, "Sample 17")
    bind(sheet, (_summary, _comment), lambda page, number: furnish(page, FRAME, number))
    path.write_bytes(broken_unicode(path.read_bytes()))
