"""Every caller's own dialect: a known allele as each of them prints it, and what is read."""

import csv
from pathlib import Path

import pytest

from pipeline.errors import HeldError
from pipeline.sheets import manifest
from tests.vcf.text import codes, reading, vcf

V = "7 140453136 . A T"


def table(name):
    """The rows of a table beside this file, by their first column."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


CALLERS = table("callers.csv")


@pytest.mark.parametrize("name", CALLERS)
def test_a_caller_says(name):
    row = CALLERS[name]
    data = vcf(row["row"], samples=row["samples"], header=row["header"].splitlines())
    (found,) = reading(data).observations
    assert found.significance.value == "pathogenic"
    assert (found.status.value, found.origin.value) == (row["status"], row["origin"])
    assert (found.vaf, found.depth) == (float(row["vaf"]), int(row["depth"]))


# what is printed: FORMAT and value, status, VAF, the words that refuse it
REFUSED = {
    "percent without its sign": ("GT:AF 0/1:31.2", "detected", None, "AF 31.2"),
    "percent beside counts": ("GT:AF:AD 0/1:31.2:69,31", "detected", 0.31, "AF 31.2"),
    "not a number": ("GT:AF 0/1:nan", "detected", None, "AF nan"),
    "endless": ("GT:AF 0/1:inf", "detected", None, "AF inf"),
    "negative": ("GT:AF 0/1:-0.1", "detected", None, "AF -0.1"),
    "decimal comma": ("GT:AF 0/1:0,31", "detected", None, "AF 0,31"),
    "decimal comma that looks like two alleles": ("GT:AF 0/1:0,1", "detected", None, "AF 0,1"),
    "more than all, no genotype": ("AF 31.2", "indeterminate", None, "AF 31.2"),
    "above 100 %": ("GT:FREQ 0/1:131%", "detected", None, "FREQ 131%"),
    "negative counts": ("GT:AD 0/1:-69,31", "detected", None, None),
    "missing": ("GT:AF 0/1:.", "detected", None, None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_impossible_value_is_refused_and_named(name):
    printed, status, vaf, refused = REFUSED[name]
    (found,) = reading(vcf(f"{V} . PASS . {printed}")).observations
    assert (found.status.value, found.vaf) == (status, vaf)
    assert (refused in (found.note or "")) if refused else found.note is None
    assert ("value_refused" in codes(vcf(f"{V} . PASS . {printed}"))) is (refused is not None)


# what genotype and reads say together, status or None where there is no finding
WITNESSES = {
    "neither genotype nor reads": (". .", "indeterminate"),
    "genotype without reads": ("GT 0/1", "detected"),
    "reads without genotype": ("AD 69,31", "detected"),
    "no genotype, no read": ("AD 100,0", None),
    "reference, a few reads of noise": ("GT:AD 0/0:970,30", None),
    "reference, yet one read in twenty": ("GT:AD 0/0:95,5", "indeterminate"),
    "reference, yet a third of the reads": ("GT:AD 0/0:69,31", "indeterminate"),
    "carried, but by no read": ("GT:AD 0/1:100,0", None),
    "no call without reads": ("GT ./.", None),
    "no call beside reads": ("GT:AD ./.:69,31", "not_assessed"),
    "a dot for a genotype, no reads": ("GT:AD .:100,0", None),
    "a dot for a genotype beside reads": ("GT:AD .:69,31", "indeterminate"),
    "half a call": ("GT:AD ./1:69,31", "detected"),
    "haploid": ("GT:AD 1:0,100", "detected"),
}


@pytest.mark.parametrize("name", WITNESSES)
def test_genotype_and_reads_are_two_witnesses(name):
    printed, status = WITNESSES[name]
    found = reading(vcf(f"{V} . PASS . {printed}")).observations
    assert [each.status.value for each in found] == ([status] if status else [])


# origin: columns, INFO, FORMAT and cells; status, origin
ORIGINS = {
    "the normal lacks it": ("N T", ". GT:AD 0/0:60,0 0/1:69,31", "detected", "somatic"),
    "the normal carries it": ("N T", ". GT:AD 0/1:30,30 0/1:50,50", "indeterminate", "germline"),
    "the normal carries it, homozygous": (
        "N T", ". GT:AD 1/1:0,60 1/1:0,100", "indeterminate", "germline"),
    "the normal shows traces": ("N T", ". GT:AD 0/0:90,10 0/1:69,31", "detected", "unknown"),
    "the normal was not called": ("N T", ". GT:AD ./.:.,. 0/1:69,31", "detected", "unknown"),
    "VarScan calls it germline": ("T", "SS=1 GT:AD 0/1:50,50", "indeterminate", "germline"),
    "VarScan calls it lost": ("T", "SS=3 GT:AD 1/1:5,95", "indeterminate", "germline"),
    "VarDict calls it germline": (
        "T", "STATUS=Germline GT:AD 0/1:50,50", "indeterminate", "germline"),
    "flagged germline": ("T", "GERMLINE GT:AD 0/1:50,50", "indeterminate", "germline"),
    "DRAGEN finds it in its database": (
        "T", "GermlineStatus=Germline_DB GT:AD 0/1:50,50", "indeterminate", "germline"),
    "DRAGEN suspects clonal haematopoiesis": (
        "T", "GermlineStatus=Somatic_Putative_CH GT:AD 0/1:90,10", "detected", "ch"),
    "flagged somatic, no normal": ("T", "SOMATIC GT:AD 0/1:69,31", "detected", "somatic"),
    "flags that contradict each other": (
        "T", "SOMATIC;SS=1 GT:AD 0/1:69,31", "detected", "unknown"),
    "tumour only": ("T", ". GT:AD 0/1:69,31", "detected", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", ORIGINS)
def test_where_an_allele_arose(name):
    samples, printed, status, origin = ORIGINS[name]
    (found,) = reading(vcf(f"{V} . PASS {printed}", samples=samples)).observations
    assert (found.status.value, found.origin.value) == (status, origin)
    assert ("germline" in (found.note or "")) is (origin == "germline")


def test_the_filter_germline_leaves_the_marker_open():
    (found,) = reading(vcf(f"{V} . germline . GT:AD 0/1:50,50")).observations
    assert (found.status.value, found.origin.value) == ("indeterminate", "germline")


# VAF in a tumour without its normal: told that the origin is not known?
HALVES = {"39": False, "40": True, "50": True, "60": True, "61": False, "95": False}


@pytest.mark.parametrize("percent", HALVES)
def test_half_of_the_reads_in_a_tumour_alone_proves_no_somatic_origin(percent):
    row = f"{V} . PASS . GT:FREQ 0/1:{percent}%"
    assert ("origin_unknown" in codes(vcf(row))) is HALVES[percent]
    assert "origin_unknown" not in codes(vcf(f"{row} 0/0:0%", samples="T N"))


SILENT = {  # rule R57: common polymorphisms, and a change nobody knows
    "IDH1 V178I": "2 209108317 . C T",
    "IDH1 G105G": "2 209113192 . G A",
    "ERBB2 I655V": "17 37879588 . A G",
    "ERBB2 P1170A": "17 37884037 . C G",
    "RET G691S": "10 43610119 . G A",
}


@pytest.mark.parametrize("name", SILENT)
def test_a_common_polymorphism_makes_no_marker_detected(name):
    for each in reading(vcf(f"{SILENT[name]} . PASS . GT:AD 0/1:50,50")).observations:
        assert each.significance.value in {"benign", "vus"}, name


# a row at V600E under an assay that asks for 100 reads: state of the marker's negative
DEPTHS = {
    "enough reads": ("PASS . GT:DP 0/0:100", []),
    "one read too few": ("PASS . GT:DP 0/0:99", ["not_assessed"]),
    "no call": ("PASS . GT:DP ./.:400", ["not_assessed"]),
    "Ion Torrent NOCALL": ("NOCALL . GT:DP ./.:12", ["not_assessed"]),
    "Pisces LowDP": ("LowDP . GT:DP ./.:12", ["not_assessed"]),
    "DRAGEN low_depth": ("low_depth . GT:DP 0/1:12", ["not_assessed"]),
    "rejected for another reason": ("strand_artifact . GT:DP 0/1:400", ["indeterminate"]),
    "rejected at the limit of detection (0.05)": (
        "strand_artifact . GT:AD 0/1:380,20",
        ["indeterminate"],
    ),
    "rejected below the limit of detection": ("strand_artifact . GT:AD 0/1:381,19", []),
    "rejected, and not carried": ("strand_artifact . GT:AD 0/0:400,0", []),
}
BLOCKS = {  # gVCF rows without another allele
    "thin block over V600": (
        "<NON_REF> . PASS END=140453140 GT:DP:MIN_DP 0/0:120:40",
        "not_assessed",
    ),
    "deep block over V600": ("<NON_REF> . PASS END=140453140 GT:DP:MIN_DP 0/0:120:100", None),
    "thin block beside it": ("<NON_REF> . PASS END=140453131 GT:DP:MIN_DP 0/0:9:4", None),
    "thin row, <*>": ("<*> . PASS END=140453140 GT:DP 0/0:12", "not_assessed"),
    "thin row, no ALT": (". . PASS END=140453140 GT:DP 0/0:12", "not_assessed"),
    "not called": (". . PASS END=140453140 GT:DP ./.:.", "not_assessed"),
    "a copy number segment": (". 39 PASS END=140453140 GT:SM:CN:BC ./.:1.0:2:61", None),
}
ROW = "file,tumour_sample,assay\nx.vcf,T,Fictive Solid Panel@1.0\n"


@pytest.mark.parametrize("name", DEPTHS)
def test_a_row_without_the_allele_is_a_negative_only_with_enough_reads(name):
    printed, expected = DEPTHS[name]
    found = reading(vcf(f"{V} . {printed}"), manifest(ROW)[0])
    assert found.report.assay == "Fictive Solid Panel"
    assert [each.status.value for each in found.observations] == expected


@pytest.mark.parametrize("name", BLOCKS)
def test_a_thin_stretch_over_a_known_change_is_no_negative(name):
    printed, expected = BLOCKS[name]
    data = vcf(f"7 140453130 . G {printed}")
    found = reading(data, manifest(ROW)[0]).observations
    assert [each.status.value for each in found] == ([expected] if expected else [])
    assert reading(data).observations == ()


# VAF under an assay whose limit of detection is 0.05 (rule R43)
LIMITS = {"0.049": "indeterminate", "0.05": "detected", "0.31": "detected"}


@pytest.mark.parametrize("fraction", LIMITS)
def test_below_the_limit_of_detection_nobody_can_say(fraction):
    data = vcf(f"{V} . PASS . GT:AF:DP 0/1:{fraction}:900")
    (found,) = reading(data, manifest(ROW)[0]).observations
    assert found.status.value == LIMITS[fraction]
    (found,) = reading(data).observations
    assert found.status.value == "detected"


COLUMNS = table("tumour_columns.csv")


@pytest.mark.parametrize("name", COLUMNS)
def test_the_tumour_column_is_chosen_by_evidence(name):
    row = COLUMNS[name]
    cells = " ".join("0/1" for _ in row["samples"].split())
    header = row["header"].splitlines()
    data = vcf(f"{V} . PASS . GT {cells}", samples=row["samples"], header=header)
    wanted = f"file,tumour_sample\nx.vcf,{row['manifest']}\n"
    stated = manifest(wanted)[0] if row["manifest"] else None
    if row["tumour"] != "held":
        assert reading(data, stated).report.specimens[0].id == row["tumour"]
        return
    with pytest.raises(HeldError) as raised:
        reading(data, stated)
    assert raised.value.code == "tumour_column"
