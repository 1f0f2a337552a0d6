"""One row a spelling: genes, HGVS, isoforms, fusions, classes, values and tumour types."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import valued
from pipeline.alterations import classify
from pipeline.fusions import fusion
from pipeline.genes import PANEL, gene, marker_of, symbol_of
from pipeline.hgvs import coding, protein
from pipeline.isoforms import fits_reference, on_mane, residue
from pipeline.model import AlterationClass, Analyte, Assembly, Marker
from pipeline.tumours import is_biliary

HERE = Path(__file__).parent


def table(name):
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows), "a row is shifted"
    return [pytest.param(row, id=" | ".join(list(row.values())[:2])) for row in rows]


@pytest.mark.parametrize("row", table("genes.csv"))
def test_a_gene_name_resolves_or_not(row):
    assert symbol_of(row["printed"]) == (row["symbol"] or None)


@pytest.mark.parametrize("row", table("hgvs_protein.csv"))
def test_protein_changes(row):
    assert protein(row["printed"]) == (row["canonical"] or None)


@pytest.mark.parametrize("row", table("hgvs_coding.csv"))
def test_coding_changes(row):
    assert coding(row["printed"]) == (row["canonical"] or None)


@pytest.mark.parametrize("row", table("isoforms.csv"))
def test_isoform_numbering(row):
    numbering = on_mane(row["gene"], row["printed"], row["transcript"] or None)
    assert numbering.hgvs_p == row["mane"]
    assert (numbering.ambiguity is not None) == (row["open"] == "yes")


@pytest.mark.parametrize("row", table("fusions.csv"))
def test_fusions(row):
    analyte = Analyte(row["analyte"]) if row["analyte"] else None
    found = fusion(row["text"], row["gene"] or None, analyte=analyte)
    seen = ("", "") if found is None else (str(found), found.grade.value)
    assert seen == (row["fusion"], row["grade"])


@pytest.mark.parametrize("row", table("alterations.csv"))
def test_classes(row):
    found = classify(row["gene"] or None, row["printed"])
    assert found == (AlterationClass(row["class"]) if row["class"] else None)


@pytest.mark.parametrize("row", table("valued.csv"))
def test_valued_markers(row):
    doors = {
        "MSI": valued.msi,
        "MMR": valued.mmr,
        "HER2_IHC": valued.her2_ihc,
        "HER2_ISH": valued.her2_ish,
        "TMB": lambda text: valued.tmb(text, unit=row["unit"] or None),
    }
    found = doors[row["marker"]](row["printed"])
    assert (found.call or "") == row["call"]
    assert valued.status_of(found).value == row["status"]


@pytest.mark.parametrize("row", table("tumours.csv"))
def test_tumour_types(row):
    answers = {"yes": True, "no": False, "": None}
    assert is_biliary(row["printed"]) is answers[row["biliary"]]


def test_lost_proteins_are_named():
    text = "MLH1: Loss of nuclear expression; PMS2: Loss of nuclear expression; MSH2: Intact"
    assert valued.mmr(text).lost == ("MLH1", "PMS2")


def test_blood_burden_is_open_whatever_the_word():
    found = valued.tmb("20 mut/Mb (High)", analyte=Analyte.CFDNA)
    assert valued.status_of(found).value == "indeterminate"


@pytest.mark.parametrize(
    ("text", "percent"),
    [("Positive | 3+, 90%", 90.0), ("3+", None), ("3+ 10%, 2+ 30%", None), ("3+, 900%", None)],
)
def test_the_share_of_stained_cells(text, percent):
    assert valued.stained_percent(text) == percent


def test_unordered_columns_may_be_declared_ordered():
    """A format that defines its first column as 5' makes FGFR2 second a reciprocal."""
    assert fusion("BICC1--FGFR2", ordered=True).grade.value == "D"
    assert fusion("BICC1--FGFR2").grade.value == "B"


@pytest.mark.parametrize(
    ("symbol", "kind", "marker"),
    [
        ("FGFR2", "fusion", "FGFR2_FUSION"),
        ("ERBB2", "ihc", "HER2_IHC"),
        ("ERBB2", "ish", "HER2_ISH"),
        ("ERBB2", "amplification", "ERBB2_AMPLIFICATION"),
        (None, "msi", "MSI"),
        ("MLH1", "mmr", "MMR"),
        (None, "tmb", "TMB"),
        ("KRAS", "fusion", None),
        ("IDH1", "amplification", None),
        ("BRAF", "ihc", None),
        ("TP53", "mutation", None),
        (None, "mutation", None),
    ],
)
def test_markers_of_genes(symbol, kind, marker):
    found = marker_of(symbol, AlterationClass(kind))
    assert found == (Marker(marker) if marker else None)


def test_every_marker_is_reached_from_its_gene_and_class():
    for marker in Marker:
        assert marker_of(marker.gene, marker.alteration_class) is marker


def test_a_strand_may_turn_round_between_builds():
    """Rule R63."""
    ncoa4 = gene("NCOA4")
    assert (ncoa4.locus(Assembly.GRCH37).strand, ncoa4.locus(Assembly.GRCH38).strand) == ("+", "-")


@pytest.mark.parametrize(
    ("symbol", "position", "letter"),
    [
        ("IDH1", 132, "R"),
        ("KRAS", 12, "G"),
        ("BRAF", 600, "V"),
        ("FGFR2", 565, "E"),
        ("RET", 918, "M"),
        ("IDH1", 0, None),
        ("IDH1", 415, None),
        ("TP53", 175, None),
    ],
)
def test_reference_residues(symbol, position, letter):
    assert residue(symbol, position) == letter


def test_an_impossible_residue_is_seen():
    assert fits_reference("KRAS", "p.G12C")
    assert not fits_reference("KRAS", "p.R12C")
    assert not fits_reference("KRAS", "p.G999C")
    assert fits_reference("TP53", "p.R175H"), "a protein we do not hold proves nothing"


NAMES = (
    "A Ala R Arg N Asn D Asp C Cys Q Gln E Glu G Gly H His I Ile L Leu K Lys M Met F Phe P Pro "
    "S Ser T Thr W Trp Y Tyr V Val"
)
THREE = {pair[0]: pair[-3:] for pair in re.findall(r"\w \w{3}", NAMES)}
LETTERS = st.sampled_from(sorted(THREE))


@given(LETTERS, st.integers(1, 3000), LETTERS)
def test_a_substitution_survives_every_spelling(old, position, new):
    short = f"{old}{position}{new}"
    long = f"{THREE[old]}{position}{THREE[new]}"
    expected = f"p.{old}{position}=" if old == new else f"p.{short}"
    spellings = [short, f"p.{short}", f"p.({short})", long, f"p.{long}", f"NP_1.1:p.({long})"]
    assert {protein(each) for each in spellings} == {expected}


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text):
    """Readers hand over whatever is printed; the answer may be None but never a fault."""
    assert protein(text) is None or protein(text).startswith("p.")
    assert coding(text) is None or coding(text).startswith("c.")
    assert is_biliary(text) in {True, False, None}
    for symbol in (None, "FGFR2", "ERBB2"):
        classify(symbol, text)
        fusion(text, symbol)
    for door in (valued.msi, valued.mmr, valued.tmb, valued.her2_ihc, valued.her2_ish):
        valued.status_of(door(text))


@given(st.sampled_from(PANEL), st.sampled_from(["BICC1", "TPM3", "NKX2-1", "KIF5B"]))
def test_order_does_not_count_around_a_hyphen(symbol, partner):
    one, other = fusion(f"{symbol}-{partner}"), fusion(f"{partner}-{symbol}")
    assert one == other
