"""The PDFs are what their script draws, say that they are synthetic, and keep their traps."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest

FOLDER = Path(__file__).parents[2] / "sample_reports"
SYNTHETIC = "SYNTHETIC SPECIMEN - NOT A PATIENT REPORT"
PAGES = {
    "01_a_fgfr2_fusion_twocolumn.pdf": 8,
    "02_b_tables_by_technology.pdf": 7,
    "03_c_pills_and_bars.pdf": 5,
    "04_d_ctdna_bars.pdf": 4,
    "06_f_ihc_ish_pathology.pdf": 2,
    "05_e_local_panel_rna_failed.pdf": 3,
    "07_g_amended.pdf": 6,
    "08_h_qns_failed.pdf": 2,
    "09_i_scanned_fax.pdf": 3,
    "10_a_negative_pertinent.pdf": 3,
    "11_a_appendix_trap.pdf": 12,
    "12_b_non_btc_colon_liver_met.pdf": 4,
    "13_a_equivocal_partner_unknown.pdf": 4,
    "14_j_amplicon_reporter.pdf": 5,
    "15_k_multi_specimen.pdf": 3,
    "16_l_password.pdf": 3,
    "17_m_broken_unicode.pdf": 2,
    "x_unknown_layout.pdf": 1,
}
PICTURE, LOCKED = "09_i_scanned_fax.pdf", "16_l_password.pdf"
PASSWORDS = {LOCKED: "synthetic"}
TYPED = [name for name in PAGES if name != PICTURE]
# Laboratories, instruments and brands whose names no invented report may carry.
REAL_NAMES = set((Path(__file__).parent / "real_names.txt").read_text(encoding="utf-8").split())


def text_of(name: str) -> list[str]:
    """The words of each page, by an extractor other than the one the readers use first."""
    document = pypdfium2.PdfDocument(FOLDER / name, password=PASSWORDS.get(name))
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return pages


@pytest.fixture(scope="module")
def first_page_01() -> pdfplumber.page.Page:
    with pdfplumber.open(FOLDER / "01_a_fgfr2_fusion_twocolumn.pdf") as document:
        yield document.pages[0]


def test_the_script_draws_the_same_bytes_again(tmp_path: Path) -> None:
    command = [sys.executable, FOLDER / "make.py", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert drawn.keys() == PAGES.keys()
    stale = [name for name, data in drawn.items() if data != (FOLDER / name).read_bytes()]
    assert stale == [], "run `make samples` and commit what it draws"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_in_a_pdf_is_dated_or_compressed(name: str) -> None:
    """Either would make other bytes on another day or with another zlib."""
    data = (FOLDER / name).read_bytes()
    dates = set(re.findall(rb"Date \(D:(\d{8})", data))
    assert dates == ({b"20000101"} if name != LOCKED else set()), "locked, its dates are unread"
    assert b"FlateDecode" not in data


def test_every_pdf_here_is_drawn_by_the_script() -> None:
    assert {path.name for path in FOLDER.glob("*.pdf")} == PAGES.keys()


@pytest.mark.parametrize("name", TYPED)
def test_every_page_says_twice_that_it_is_synthetic(name: str) -> None:
    pages = PAGES[name]
    with pdfplumber.open(FOLDER / name, password=PASSWORDS.get(name, "")) as document:
        assert len(document.pages) == pages
        for page in document.pages:
            upright = [word for word in page.chars if word["upright"]]
            turned = [word for word in page.chars if not word["upright"]]
            assert SYNTHETIC in "".join(char["text"] for char in upright)
            assert "".join(char["text"] for char in turned) == SYNTHETIC
            assert max(char["x1"] for char in turned) < 36, "the watermark stays in the margin"


@pytest.mark.parametrize("name", PAGES)
def test_no_real_laboratory_instrument_or_brand_is_named(name: str) -> None:
    words = set(re.findall(r"[a-z0-9-]+", " ".join(text_of(name)).lower()))
    assert words & REAL_NAMES == set()


@pytest.mark.parametrize("name", TYPED)
def test_every_laboratory_hospital_and_number_is_fictional(name: str) -> None:
    text = " ".join(text_of(name))
    assert "(fictional)" in text
    assert re.findall(r"\b\d{3}-(?!01)\d{4}\b", text) == []
    assert re.findall(r"\bNCT\d+", text) == []
    assert {number[:4] for number in re.findall(r"PMID: (\d+)", text)} <= {"0000"}


def test_a_fax_holds_pictures_and_no_text() -> None:
    assert text_of(PICTURE) == ["", "", ""]


def test_headings_are_struck_twice(first_page_01: pdfplumber.page.Page) -> None:
    text = first_page_01.extract_text()
    assert "GGeennee AAlltteerraattiioonnss" in text
    assert "nnoo rreeppoorrttaabbllee" in text
    assert "FFGGFFRR22 FGFR2-BICC1 fusion" in text


def test_the_panel_stands_on_the_lines_of_the_results(first_page_01: pdfplumber.page.Page) -> None:
    lines = first_page_01.dedupe_chars(tolerance=1).extract_text().splitlines()
    assert "DISEASE Intrahepatic Microsatellite status MS-Stable" in lines
    assert "cholangiocarcinoma Tumor Mutational Burden 4 Muts/Mb" in lines


def test_footnote_marks_are_small_and_glued(first_page_01: pdfplumber.page.Page) -> None:
    marks = [char for char in first_page_01.chars if char["size"] == 6]
    assert "".join(char["text"] for char in marks) == "1,2"
    assert "R175H1,2" in first_page_01.extract_text()


def test_the_negative_list_wraps_after_idh1(first_page_01: pdfplumber.page.Page) -> None:
    lines = first_page_01.dedupe_chars(tolerance=1).extract_text().splitlines()
    begun = next(number for number, line in enumerate(lines) if "no reportable" in line)
    assert lines[begun].endswith("alterations: BRAF, ERBB2, IDH1,")
    assert lines[begun + 1].endswith("IDH2, KRAS, MET, NRAS, PIK3CA, ROS1")


def test_the_grid_breaks_a_word_and_stacks_two_variants() -> None:
    lines = text_of("01_a_fgfr2_fusion_twocolumn.pdf")[6].split()
    assert {"amplificatio", "n", "G1255E", "P120S", "A107V"} <= set(lines)


@pytest.mark.parametrize("name", ["01_a_fgfr2_fusion_twocolumn.pdf", "11_a_appendix_trap.pdf"])
def test_ntrk3_is_sequenced_but_not_on_the_list_of_rearrangements(name: str) -> None:
    with pdfplumber.open(FOLDER / name) as document:
        text = document.pages[-1].dedupe_chars(tolerance=1).extract_text()
    coding, rearranged = text.split("DNA gene list: select rearrangements")
    assert "NTRK3" in coding.split()
    assert {"FGFR2", "NTRK1", "NTRK2", "RET", "BRAF"} <= set(rearranged.split())
    assert {"NTRK3", "NRG1"}.isdisjoint(rearranged.split())


def test_two_tables_stand_side_by_side() -> None:
    with pdfplumber.open(FOLDER / "02_b_tables_by_technology.pdf") as document:
        words = document.pages[1].extract_words()
    heads = Counter(round(word["top"]) for word in words if word["text"] == "Biomarker")
    assert max(heads.values()) == 2


def test_a_heading_is_split_by_kerning_and_holds_no_such_space() -> None:
    with pdfplumber.open(FOLDER / "02_b_tables_by_technology.pdf") as document:
        page = document.pages[6]
        assert "AM PLIFICATION BY CHROMOG ENIC IN SITU" in page.extract_text()
        assert "AMPLIFICATION BY CHROMOGENIC" in "".join(char["text"] for char in page.chars)


@pytest.mark.parametrize(
    "wording",
    ["wild type", "ND", "Not Detected", "none detected", "No evidence of", "absent"],
)
def test_every_wording_of_no_is_printed(wording: str) -> None:
    assert wording in text_of("10_a_negative_pertinent.pdf")[0]


@pytest.mark.parametrize(
    "bait",
    [
        "FGFR2 fusion-positive: pemigatinib, futibatinib",
        "IDH1 R132C: ivosidenib",
        "BRAF V600E: dabrafenib + trametinib",
        "ERBB2 amplification, IHC 3+",
        "MSI-High: pembrolizumab",
        "NTRK gene fusion",
        "FGFR2-BICC1 fusion and IDH1 R132C 12.3% in",
    ],
)
def test_the_bait_stands_behind_the_first_page(bait: str) -> None:
    first, *rest = text_of("11_a_appendix_trap.pdf")
    assert bait not in first
    assert bait in " ".join(rest)


def test_drawing_leaves_nothing_else_in_the_folder(tmp_path: Path) -> None:
    """The folder is the inbox of the demonstration: byte code in it would be held as a file."""
    before = set(FOLDER.rglob("*"))
    subprocess.run([sys.executable, FOLDER / "make.py", tmp_path], check=True, capture_output=True)
    assert set(FOLDER.rglob("*")) - before == set()
