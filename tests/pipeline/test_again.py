"""A reading that was kept gives the same result once more, without the assay tables."""

import pytest

from pipeline.coverage import assays, shipped
from pipeline.model import Reading, ReportStatus
from pipeline.normalise import again, normalise

KNOWN = assays(shipped())
KINDS = [
    ("covered by the table", {"assay": "Fictive Solid Panel", "assay_version": "1.0"}),
    ("no version stated", {"assay": "Fictive Solid Panel"}),
    ("an unknown version", {"assay": "Fictive Solid Panel", "assay_version": "9"}),
    ("an unknown panel", {"assay": "Some Panel", "assay_version": "1.0"}),
    ("an unknown panel that prints its genes", {"assay": "Other", "covered": ["KRAS_MUTATION"]}),
    ("no version, genes printed", {"assay": "Fictive Solid Panel", "covered": ["MSI"]}),
    ("no assay", {}),
    ("a failed test", {"status": ReportStatus.FAILED}),
    ("held", {"status": ReportStatus.HELD, "reasons": ("a sentence",), "code": "held"}),
]


@pytest.mark.parametrize("said", [each[1] for each in KINDS], ids=[each[0] for each in KINDS])
def test_the_same_result_once_more(report, observation, said):
    seen = (
        observation("IDH1_MUTATION", "p.R132C", vaf=0.21),
        observation("BRAF_MUTATION", status="not_detected"),
    )
    first = normalise(Reading(report=report("a.vcf", **said), observations=seen), KNOWN)
    assert again(first, seen) == first


def test_an_observation_less_is_another_result(report, observation):
    seen = (observation("IDH1_MUTATION", "p.R132C"),)
    first = normalise(Reading(report=report("a.vcf"), observations=seen), KNOWN)
    assert again(first, ()) != first
