"""A coding change of a known allele names its protein change (R52)."""

import pytest

from pipeline.alterations import biomarker
from pipeline.model import Assembly, GenomicAllele

PLACE = GenomicAllele(
    assembly=Assembly.GRCH38, chromosome="7", position=140753336, ref="A", alt="T"
)


@pytest.mark.parametrize(
    ("marker", "printed", "more", "expected"),
    [
        ("BRAF_MUTATION", "c.1799T>A", {}, "p.V600E"),
        ("BRAF_MUTATION", "c.1799_1800delinsAA", {}, "p.V600E"),
        ("BRAF_MUTATION", "c.1799T>A", {"transcript": "NM_004333.4"}, "p.V600E"),
        ("BRAF_MUTATION", "c.1799T>A", {"transcript": "NM_001374258.1"}, None),
        ("BRAF_MUTATION", "c.1799T>G", {}, "p.V600G"),
        ("KRAS_MUTATION", "c.34G>T", {}, "p.G12C"),
        # Not in the table: neither G12C nor G12V is read out of it.
        ("KRAS_MUTATION", "c.34_35delinsTT", {}, None),
        ("IDH1_MUTATION", "c.394C>T", {}, "p.R132C"),
        ("IDH2_MUTATION", "c.394C>T", {}, None),
        # The printed protein speaks first; a VCF row has a consequence of its own.
        ("BRAF_MUTATION", "c.1799T>A p.V600K", {}, "p.V600K"),
        ("BRAF_MUTATION", "c.1799T>A", {"genomic": PLACE}, None),
    ],
)
def test_a_coding_change_names_its_protein(observation, marker, printed, more, expected):
    assert biomarker(observation(marker, printed, **more)).hgvs_p == expected
