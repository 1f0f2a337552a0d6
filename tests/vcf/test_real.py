"""Real files of public repositories: what they are known to hold, and nothing else."""

import csv
import hashlib

import pytest

from parsers.vcf import read
from pipeline.errors import ReportError

PCGR = "vcf_real/sigven+pcgr/examples/T001-COAD.{}.vcf.gz"
MOMA = "vcf_real/drmrgd+moma/test"
TSO = "vcf_real/kaine-veal+tso500_project/tests/verification1/verification1.vcf"
STRONG = {"pathogenic", "likely_pathogenic", "unknown"}

# file, what is found beyond variants of uncertain significance
EXPECTED = {
    PCGR.format("grch37"): {"BRAF_MUTATION detected p.V600E"},
    PCGR.format("grch38"): {"BRAF_MUTATION detected p.V600E"},
    "vcf_real/sigven+cpsr/inst/examples/example.vcf.gz": {"BRAF_MUTATION detected p.V600E"},
    f"{MOMA}/ocav3/oca.vcf": set(),
    f"{MOMA}/tso500/Lovo_nuc.vcf": {"KRAS_MUTATION detected p.G13D"},
    "vcf_real/mskcc+vcf2maf/tests/test_strelka.vcf": {"BRAF_MUTATION detected p.V600E"},
    "vcf_real/mskcc+vcf2maf/tests/test_merged.vcf": {"KRAS_MUTATION detected p.G12D"},
    "vcf_real/openvax+varcode/tests/data/somatic_hg19_14muts.vcf": {
        "KRAS_MUTATION detected p.G12A"
    },
    "vcf_real/openvax+varcode/tests/data/somatic_hg19_14muts.vcf.gz": {
        "KRAS_MUTATION detected p.G12A"
    },
    "vcf_real/openvax+varcode/tests/data/somatic_hg19_14muts.space_in_sample_name.vcf": {
        "KRAS_MUTATION detected p.G12A"
    },
    TSO: {
        "IDH1_MUTATION detected p.R132H",
        "BRAF_MUTATION detected p.V600E",
        "KRAS_MUTATION detected p.G13D",
        "KRAS_MUTATION detected p.G12D",
        "ERBB2_MUTATION detected p.S310F",
        "ERBB2_AMPLIFICATION indeterminate gain",
    },
    f"{TSO}.gz": {
        "IDH1_MUTATION detected p.R132H",
        "BRAF_MUTATION detected p.V600E",
        "KRAS_MUTATION detected p.G13D",
        "KRAS_MUTATION detected p.G12D",
        "KRAS_MUTATION detected p.G12C",
        "ERBB2_MUTATION detected p.S310F",
        "ERBB2_AMPLIFICATION indeterminate gain",
    },
}


def told(path):
    """The sentence of a file that is held, or the proof of one that is read."""
    try:
        return reading(path).report.completeness.evidence
    except ReportError as error:
        return error.sentence


def reading(path):
    data = path.read_bytes()
    return read(data, name=path.name, sha256=hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("name", EXPECTED)
def test_found_and_nothing_else(shared_data, name):
    found = {
        f"{each.marker.value} {each.status.value} {each.alteration}"
        for each in reading(shared_data / name).observations
        if each.significance.value in STRONG
    }
    assert found == EXPECTED[name]


def test_both_builds_of_one_tumour_say_the_same(shared_data):
    """Everything but coordinates and line numbers is equal."""
    builds = [reading(shared_data / PCGR.format(build)) for build in ("grch37", "grch38")]
    facts = [
        [
            (it.marker, it.status, it.basis, it.gene, it.alteration, it.significance, it.hgvs_c,
             it.transcript, it.vaf, it.depth, it.specimen, it.note)
            for it in each.observations
        ]
        for each in builds
    ]  # fmt: skip
    assert facts[0] == facts[1]
    assert len(facts[0]) == 2
    assert [each.report.assembly.value for each in builds] == ["GRCh37", "GRCh38"]


@pytest.mark.parametrize("folder", ["vcf_real", "vcf_conformance"])
def test_every_file_is_read_or_refused_with_a_sentence(shared_data, folder):
    files = [path for path in sorted((shared_data / folder).rglob("*")) if path.is_file()]
    assert len(files) > 500
    for path in files:
        assert len(told(path)) > 30, path


def test_no_listed_biomarker_file_is_missing_here(shared_data):
    """Every file whose biomarkers the manifest lists stands in the table above."""
    with (shared_data / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        listed = {
            row["path"]
            for row in csv.DictReader(file)
            if row["kind"] == "vcf_real" and row["expected_biomarkers"]
        }
    assert listed == set(EXPECTED)
