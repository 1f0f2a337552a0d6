"""A gene name that cannot be right beside an alteration: silence about our genes proves nothing."""

from pathlib import Path

import pytest

from parsers import extract
from pipeline.coverage import assays
from pipeline.model import Basis, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.drawn import TwoColumn

FOLDER = Path(__file__).parents[2] / "sample_reports"
# Long enough to be the scope of an assay.
CODING = (
    "AKT1 APC ATM BAP1 BRAF CDKN2A CDKN2B CTNNB1 ERBB2 FGFR2 IDH1 IDH2 KRAS NTRK1 NTRK2 NTRK3 "
    "PBRM1 PIK3CA RET SMAD4 TERT TP53"
)


def inferred(data):
    result = normalise(extract.read(data, "report.pdf"), assays(packaged("pipeline", "assays.csv")))
    states = [s for s in result.markers.values() if s.basis is Basis.INFERRED_FROM_PANEL]
    return {state.status for state in states}, {notice.code for notice in result.report.notices}


@pytest.mark.parametrize(
    ("gene", "printed", "is_known"),
    [
        ("QQQQ", "G12D", False),
        ("KR4S", "G12D", False),
        ("XRAS", "amplification", False),
        ("TP53", "R175H", True),
        ("CDKN2A/B", "loss", True),
        ("TERT", "promoter -124C>T", True),
        ("BAP1", "Q590*", True),
    ],
)
def test_silence_counts_only_if_every_altered_gene_is_known(gene, printed, is_known):
    alterations = (("SMAD4", ("loss",)), (gene, (printed,)))
    drawn = TwoColumn().but(alterations=alterations, coding_list=CODING)
    statuses, codes = inferred(drawn.pdf())
    assert ("unlisted_gene" in codes) is not is_known
    assert (Status.NOT_DETECTED in statuses) is is_known


def test_a_gene_garbled_on_the_page_takes_the_inferred_negatives_away():
    data = (FOLDER / "11_a_appendix_trap.pdf").read_bytes()
    sound, _ = inferred(data)
    garbled, codes = inferred(data.replace(b"(KRAS)", b"(QQQQ)", 2))
    assert Status.NOT_DETECTED in sound
    assert Status.NOT_DETECTED not in garbled
    assert "unlisted_gene" in codes
