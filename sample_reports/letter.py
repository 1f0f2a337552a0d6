"""The sample that no reader knows: a path in, a laboratory's letter written there.

It names FGFR2 and says "negative", as free text does; nothing may be concluded from it.
"""

from pathlib import Path

from drawing import FINE, STRONG, Box, Ink, Sheet
from reportlab.lib.pagesizes import A4

TEXT = (
    "Dear colleague,",
    (
        "Thank you for sending tissue of our patient Specimen, Soren, born 01 Jan 1949, record "
        "number SYN-000099, with the question of a carcinoma of the bile duct."
    ),
    (
        "We examined the sample by break-apart probes and by a small sequencing assay. FGFR2 was "
        "negative. The request for IDH1 is still under way; KRAS could be read in part only."
    ),
    "A full report will follow in our usual form. Please do not hesitate to call 555-0109.",
    "With kind regards, Dr. Petra Beispiel",
)


def unknown_layout(path: Path) -> None:
    """One page of prose from a laboratory without a layout of ours."""
    sheet = Sheet(path, A4, "Sample X")
    sheet.words(60, 70, "Exempla Institute of Pathology (fictional)", STRONG)
    sheet.words(60, 84, "1 Placeholder Street, Exempla. 12 February 2026", FINE)
    top = 130.0
    for paragraph in TEXT:
        box = Box(x=60, top=top, width=470, height=0)
        top = sheet.paragraph(box, paragraph, Ink(font="Times-Roman", size=11)) + 10
    sheet.margin_watermark()
    sheet.synthetic_footer()
    sheet.close()
