"""The synthetic VCFs beside the tables, against what was written by hand for them."""

import hashlib
import json
from pathlib import Path

import pytest

from parsers.vcf import read
from pipeline.errors import ReportError
from pipeline.sheets import manifest

SAMPLES = Path(__file__).parents[2] / "sample_reports"
NAMES = ("01_fgfr2_bicc1_breakends.vcf", "20_idh1_r132c.vcf", "21_negative_panel.vcf.gz")


def row_of(name):
    rows = manifest((SAMPLES / "manifest.csv").read_text(encoding="utf-8"))
    return next(row for row in rows if row.file == name)


def reading(name):
    data = (SAMPLES / name).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return read(data, name=name, sha256=digest, row=row_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_those_written_by_hand(name):
    expected = json.loads((SAMPLES / f"{name.split('.')[0]}.expected.json").read_text("utf-8"))
    found = reading(name)
    assert [
        (it.marker.value, it.status.value, it.significance.value, it.hgvs_c, it.transcript,
         it.genomic and str(it.genomic), it.vaf, it.depth, it.source.line, it.specimen)
        for it in found.observations
    ] == [
        (it["marker"], it["status"], it["significance"], it["hgvs_c"], it["transcript"],
         it["genomic"], it["vaf"], it["depth"], it["source"]["line"], it["specimen"])
        for it in expected["findings"]
    ]  # fmt: skip
    for each, wanted in zip(found.observations, expected["findings"], strict=True):
        assert wanted["detail"] in each.alteration
        assert wanted["source"]["text"] in each.source.text
    assert found.report.assembly.value == expected["report"]["assembly"]
    assert found.report.completeness.proven is expected["report"]["complete"]
    codes = {notice.code for notice in found.report.notices}
    assert set(expected["warnings_at_least"]) <= codes


def test_the_manifest_gives_assay_accession_and_specimen():
    report = reading("21_negative_panel.vcf.gz").report
    assert (report.assay, report.assay_version) == ("Fictive Solid Panel", "1.0")
    assert report.accession == "SYN-26-0221"
    assert report.specimens[0].id == "SYN-26-0221-T"
    assert report.specimens[0].tumour_percent == 40


def test_a_manifest_row_of_another_sample_does_not_count():
    data = (SAMPLES / "21_negative_panel.vcf.gz").read_bytes()
    report = read(data, name="x", sha256="0" * 64, row=row_of("20_idh1_r132c.vcf")).report
    assert report.assay is None
    assert report.accession is None
    assert "manifest_mismatch" in {notice.code for notice in report.notices}


def test_the_hash_of_the_manifest_proves_the_end():
    data = (SAMPLES / "20_idh1_r132c.vcf").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    (row,) = manifest(f"file,sha256,tumour_sample\n20_idh1_r132c.vcf,{digest},SYN-26-0220-T\n")
    assert read(data, name="x", sha256=digest, row=row).report.completeness.proven
    assert not read(data, name="x", sha256="0" * 64, row=row).report.completeness.proven


def complete(data):
    """True if the bytes are read and believed to be the whole file."""
    try:
        report = read(data, name="x", sha256="0" * 64).report
    except ReportError:
        return False
    return report.completeness.proven


@pytest.mark.parametrize("name", NAMES)
def test_no_cut_passes_for_a_whole_file(name):
    """Cut at every byte: never believed to be complete (requirement S3)."""
    data = (SAMPLES / name).read_bytes()
    assert [at for at in range(len(data)) if complete(data[:at])] == []
