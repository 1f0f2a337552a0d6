"""Sample 09, layout family E on a fax: a path in, a report of pictures without any text there."""

import random
import tempfile
from pathlib import Path

import pypdfium2
from drawing import Ink, Sheet
from family_e import LAB, LEFT, Frame, Table, document, heading, labels, prose, table
from fax import Fax, picture, write

FRAME = Frame(lab=LAB, patient="Specimen, Sonja", number="SYN-26-0909", pages=3)
LABELS = (
    (("Lab No", "SYN-26-0909"), ("URN", "SYN-000009")),
    (("Name", "Specimen, Sonja"), ("Sex", "Female")),
    (("DOB", "01/01/1966"), ("Specimen ID", "SYN-26-0909-A")),
    (("Collected", "14/04/2026"), ("Specimen Site", "Liver")),
    (("Received", "16/04/2026"), ("Specimen Type", "FFPE core biopsy")),
    (("Reported", "28/04/2026"), ("Tumour cells (%)", "45")),
    (("Diagnosis", "Intrahepatic cholangiocarcinoma"), ("Date format", "dd/mm/yyyy")),
)
TYPE = Ink(size=10)
VARIANTS = Table(
    ink=TYPE,
    titles=("Gene", "Transcript", "cDNA", "Protein", "Exon", "VAF", "Depth"),
    widths=(60, 90, 90, 105, 45, 55, 50),
    rows=(("IDH1", "NM_005896.3", "c.394C>T", "p.R132C", "4", "12.3%", "905"),),
)
LINES = ("KRAS: not detected", "FGFR2 fusion: not detected")
MORE = ("HER2 IHC: 2+", "MSI: stable", "TMB: 4 mut/Mb")
COMMENT = (
    "The change of IDH1 is described in intrahepatic cholangiocarcinoma. The staining of HER2 is "
    "equivocal, and in situ hybridisation is suggested."
)
FAXED = Fax(dots_an_inch=150, skew=0.8, blur=0.6, specks=0.015)


def _first(sheet: Sheet) -> None:
    top = labels(sheet, 60, LABELS, TYPE)
    top = table(sheet, heading(sheet, top, "Variants detected"), VARIANTS)
    top = heading(sheet, top, "Results") + 8
    for line in LINES:
        top = prose(sheet, top, line)


def _second(sheet: Sheet) -> None:
    top = heading(sheet, 70, "Results") + 8
    for line in MORE:
        top = prose(sheet, top, line)
    prose(sheet, heading(sheet, top, "Clinical comment") + 8, COMMENT)


def _signed(sheet: Sheet) -> None:
    sheet.curve([(LEFT + 8 * step, 640 + (7, -16, 12, -6)[step % 4]) for step in range(20)])


def sample_09(path: Path) -> None:
    """Three faxed pages: results, more results upside down, and a signature."""
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / "clean.pdf"
        document(clean, "Sample 09", FRAME, (_first, _second, _signed))
        source = pypdfium2.PdfDocument(clean.read_bytes())
        chance = random.Random(9)  # noqa: S311 - specks on paper, no secret
        heads = [f"FROM 555-0144   P.0{number}/03" for number in (1, 2, 3)]
        pages = [
            picture(page, head, FAXED, chance) for page, head in zip(source, heads, strict=True)
        ]
        source.close()
    pages[1] = pages[1].rotate(180)  # laid into the machine the wrong way round
    write(path, pages, FAXED, "Sample 09")
