"""A folder in, one small night there out: every way in which a file of a night may end.

Three VCFs with a manifest row, one of them of a patient whose stains came on paper and were
amended, one VCF of nobody, one cut off, one letter that no reader knows, and results typed in.
"""

import os
from pathlib import Path

from tests.pdf.drawn import Paper

SAMPLES = Path(__file__).parents[2] / "sample_reports"
_TABLES = Path(__file__).parent / "tables"
_FUSION = "01_fgfr2_bicc1_breakends.vcf"
_HOTSPOT = "20_idh1_r132c.vcf"
_NEGATIVE = "21_negative_panel.vcf.gz"
_LONG_AGO = 1_577_836_800  # 2020-01-01: nobody can still be writing these files, whatever the clock


def fill(folder: Path) -> Path:
    """Write the night's files into *folder*, which is made; each is as old as the year."""
    folder.mkdir(parents=True)
    for name in (_FUSION, _HOTSPOT, _NEGATIVE):
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    hotspot = (SAMPLES / _HOTSPOT).read_bytes()
    (folder / "of_nobody.vcf").write_bytes(hotspot.replace(b"SYN-26-0220", b"SYN-26-0999"))
    (folder / "cut_off.vcf.gz").write_bytes((SAMPLES / _NEGATIVE).read_bytes()[:300])
    (folder / "letter.txt").write_text("Dear colleague, thank you for the referral.")
    (folder / "stains_first.pdf").write_bytes(stains("FINAL", "NEGATIVE (1+)"))
    (folder / "stains_amended.pdf").write_bytes(stains("AMENDED", "POSITIVE (3+)", version=2))
    for table in _TABLES.glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())
    age(folder)
    return folder


def age(folder: Path) -> None:
    """Set the clock of every file back."""
    for each in folder.rglob("*"):
        os.utime(each, (_LONG_AGO, _LONG_AGO), follow_symlinks=False)


def stains(status: str, her2: str, *, version: int = 1, name: str = "Specimen, Svea") -> bytes:
    """A pathology report of one page in running text; a version above 1 amends it."""
    amended = (
        ["AMENDED REPORT", f"Report Version: {version}", "The score of HER2 was corrected.", ""]
        if version > 1
        else []
    )
    lines = [
        "Exempla Regional Pathology (fictional)",
        "SURGICAL PATHOLOGY REPORT",
        "",
        f"{'Patient Name: ' + name:<46}Accession #: SYN-26-0930",
        f"{'MRN: SYN-000030':<46}Collected: 05 Feb 2026",
        f"{'Date of Birth: 01 Jan 1949':<46}Received: 06 Feb 2026",
        f"{'Sex: Female':<46}Reported: {11 + version} Feb 2026",
        f"{'Ordering Physician: Dr. Nora Placeholder':<46}Status: {status}",
        "",
        *amended,
        "SPECIMEN(S) SUBMITTED:",
        "A. Gallbladder, cholecystectomy",
        "",
        "FINAL DIAGNOSIS:",
        "A. GALLBLADDER, CHOLECYSTECTOMY:",
        "   - ADENOCARCINOMA OF THE GALLBLADDER",
        "",
        f"HER2/NEU EXPRESSION STATUS: {her2}",
        "",
        "METHODS:",
        "   Stains on formalin-fixed tissue with antibodies against HER2.",
    ]
    paper = Paper("Courier", "Courier-Bold")
    for number, line in enumerate(lines):
        paper.put(54, 60 + 12.2 * number, line, size=9.5, bold=line == line.upper())
    return paper.done()
