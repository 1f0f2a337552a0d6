"""MSI and TMB in VCF headers: words and mutations per megabase decide, bare numbers do not."""

import pytest

from tests.vcf.text import V600E, reading, vcf

# header lines: (marker, status, value, unit), or nothing
HEADERS = {
    "MSI in a word": (("##MSI=MSI-H",), [("MSI", "detected", None, None)]),
    "MSI stable": (("##MSI_STATUS=MSS",), [("MSI", "not_detected", None, None)]),
    "MSI low": (("##msi_call=MSI-L",), [("MSI", "indeterminate", None, None)]),
    "a share of unstable sites": (("##MSIsensor=31.2%",), [("MSI", "indeterminate", None, None)]),
    "a bare score": (("##MSIsensor_score=31.2",), [("MSI", "indeterminate", None, None)]),
    "a score beside its word": (
        ("##MSI_SCORE=31.2", "##MSI_STATUS=MSI-High"), [("MSI", "detected", None, None)]),
    "structured": (('##MSI=<ID=x,Status="MSS",Score=2.1>',), [("MSI", "not_detected", None, None)]),
    "words that contradict each other": (
        ("##MSI=MSI-H", "##MSI_STATUS=MSS"),
        [("MSI", "detected", None, None), ("MSI", "not_detected", None, None)]),
    "not evaluable": (("##MSI=not evaluable",), [("MSI", "indeterminate", None, None)]),
    "not stated": (("##MSI=NA", "##TMB=."), []),
    "a model is no result": (("##MSI_model=v2", "##TMB_bed=/x/y.bed"), []),
    "TMB with its unit": (("##TMB=12.3 mut/Mb",), [("TMB", "detected", 12.3, "mut/Mb")]),
    "TMB at the cut-off": (("##TMB=10 mut/Mb",), [("TMB", "detected", 10, "mut/Mb")]),
    "TMB below": (("##TMB=9.9 mut/Mb",), [("TMB", "not_detected", 9.9, "mut/Mb")]),
    "TMB, unit in the key": (("##TMB_per_Mb=12.3",), [("TMB", "detected", 12.3, "mut/Mb")]),
    "TMB, unit in a line of its own": (
        ("##TMB=12.3", "##TMB_UNIT=mut/Mb"), [("TMB", "detected", 12.3, "mut/Mb")]),
    "TMB, structured": (
        ('##TMB=<ID=x,Value=12.3,Unit="mut/Mb">',), [("TMB", "detected", 12.3, "mut/Mb")]),
    "TMB behind the name of a program": (
        ("##caller_TMB=12.3 mutations per megabase",), [("TMB", "detected", 12.3, "mut/Mb")]),
    "TMB without a unit": (("##TMB=12.3",), [("TMB", "indeterminate", 12.3, None)]),
    "TMB of blood": (("##bTMB=20 mut/Mb",), [("TMB", "indeterminate", 20, "mut/Mb")]),
    "repeat counts of VarDict": (
        ('##INFO=<ID=MSI,Number=1,Type=Float,Description="MicroSatellite. > 1 is MSI">',), []),
    "TMB defined for rows": (('##INFO=<ID=TMB,Number=1,Type=Float,Description="x">',), []),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_says(name):
    header, expected = HEADERS[name]
    seen = reading(vcf(V600E.replace("PASS .", "PASS MSI=7;TMB=40"), header=header)).observations
    said = [each for each in seen if each.marker.value in {"MSI", "TMB"}]
    assert [(it.marker.value, it.status.value, it.value, it.unit) for it in said] == expected


def test_the_line_of_the_header_is_the_source():
    seen = reading(vcf(V600E, header=("##a=b", "##MSI=MSI-H"))).observations
    (said,) = [each for each in seen if each.marker.value == "MSI"]
    assert (said.source.line, said.source.text) == (3, "##MSI=MSI-H")
