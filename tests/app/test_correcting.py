"""A correction as a test of its reader: what is in the file, and what never is."""

import json
from datetime import UTC, datetime

from app.fixtures import fixture
from pipeline.model import Marker
from store.corrections import Correction


def test_a_fixture_holds_the_printed_words_and_nothing_of_whose_they_are():
    judged = Correction(
        report_id="f" * 64,
        revision=1,
        case_id="case-of-specimen-synthia",
        reader="northlake 1",
        assay="Northlake Solid",
        layout="1a2b3c4d",
        marker=Marker.IDH1_MUTATION,
        field="status",
        printed="IDH1 p.R132C\x1b[31m not detected",
        read="detected",
        expected="not_detected",
        is_right=False,
        judged_by="u-ada",
        judged_at=datetime(2026, 3, 2, tzinfo=UTC),
        reason="the line says not detected of Synthia",
    )
    name, text = fixture(judged)
    said = json.loads(text)
    assert name == f"idh1_mutation-{judged.key}.json"
    assert sorted(said) == sorted(
        ("marker", "field", "printed", "read", "expected", "reader", "assay", "layout")
    )
    assert (said["marker"], said["expected"], said["layout"]) == (
        "IDH1_MUTATION",
        "not_detected",
        "1a2b3c4d",
    )
    assert "\x1b" not in said["printed"]
    assert not any(word in text.lower() for word in ("synthia", "u-ada", "ffff"))
