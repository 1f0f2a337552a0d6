"""What is printed for people: nothing twice, nothing in colour that is not so."""

import pytest

from app.paint import clean
from exchange.wording import named
from pipeline.model import Marker


@pytest.mark.parametrize(
    ("marker", "found", "told"),
    [
        (Marker.IDH1_MUTATION, "IDH1 p.R132C", "IDH1 mutation p.R132C"),
        (Marker.IDH1_MUTATION, "p.R132C", "IDH1 mutation p.R132C"),
        (Marker.HER2_IHC, "HER2 IHC 3+", "HER2 IHC 3+"),
        (Marker.ERBB2_AMPLIFICATION, "ERBB2 amplification", "ERBB2 amplification"),
        (Marker.FGFR2_FUSION, "FGFR2::BICC1", "FGFR2 fusion FGFR2::BICC1"),
        (Marker.MSI, "", "MSI"),
    ],
)
def test_a_marker_and_what_was_found(marker: Marker, found: str, told: str) -> None:
    assert named(marker, found) == told


def test_markers_are_written_as_people_write_them() -> None:
    names = [each.label for each in (Marker.HER2_ISH, Marker.NTRK1_FUSION, Marker.TMB)]
    assert names == ["HER2 ISH", "NTRK1 fusion", "TMB"]


def test_a_text_cannot_move_the_cursor() -> None:
    assert clean("a\x1b[2Jb\r\nc\u202ed") == "a [2Jb  c d"
