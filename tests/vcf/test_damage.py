"""Damaged and careless VCFs of a laboratory with a declared assay: silence must not become "no"."""

import pytest

from parsers.extract import read
from pipeline.coverage import assays, shipped
from pipeline.genome import is_placed
from pipeline.model import Marker, ReportResult, Status
from pipeline.normalise import normalise
from pipeline.sheets import ManifestRow, manifest
from tests.vcf.text import V600E, bgzf, vcf

BELOW = "8 100 . A C . PASS . GT:AD 0/1:70,30"
HIT = V600E.removeprefix("7 ")


def row(sha256: str = "") -> ManifestRow:
    (found,) = manifest(
        "file,sha256,mrn,assigning_authority,assay,assembly,tumour_sample,tumour_percent\n"
        f"x.vcf,{sha256},1,EXEMPLA,Fictive Solid Panel@1.0,GRCh37,T,40\n"
    )
    return found


def result(*rows: str, sha256: str = "") -> ReportResult:
    reading = read(bgzf(vcf(*rows)), "x.vcf", row(sha256))
    return normalise(reading, assays(shipped()))


def braf(told: ReportResult) -> Status:
    return told.markers[Marker.BRAF_MUTATION].status


def negatives(told: ReportResult) -> int:
    return sum(each.status is Status.NOT_DETECTED for each in told.markers.values())


def test_silence_of_the_whole_file_is_a_negative():
    """The ground on which the others stand: without damage the assay's silence counts."""
    assert braf(result(BELOW)) is Status.NOT_DETECTED


@pytest.mark.parametrize("name", ["07", "chr07", "hs7", "Chr.7", "CM000669.1", "NC_000007", "VII"])
def test_rows_on_a_contig_that_nobody_knows_take_the_negatives_away(name):
    told = result(BELOW, f"{name} {HIT}")
    assert negatives(told) == 0
    assert "unknown_contig" in {each.code for each in told.report.notices}


@pytest.mark.parametrize("first", [True, False])
def test_one_such_row_is_enough_wherever_it_stands(first):
    many = [f"8 {place} . A C . PASS . GT:AD 0/1:70,30" for place in range(100, 2000)]
    rows = [f"07 {HIT}", *many] if first else [*many, f"07 {HIT}", "9 5 . A C . PASS . GT 0/1"]
    assert negatives(result(*rows)) == 0


@pytest.mark.parametrize(
    "name",
    [
        "MT", "chrM", "GL000205.1", "chrUn_gl000226", "chrUn_KI270302v1", "hs37d5", "chrEBV",
        "chr6_apd_hap1", "chr17_GL000205v2_random", "chr7_KI270803v1_alt", "HLA-A*01:01:01:01",
        "NC_012920.1", "chrUn_KN707606v1_decoy", "KI270728.1", "HSCHR7_1_CTG4",
    ],
)  # fmt: skip
def test_contigs_beside_the_chromosomes_do_no_harm(name):
    assert is_placed(name)
    assert braf(result(BELOW, f"{name} {HIT}")) is Status.NOT_DETECTED


HELD = {
    "a position with a leading zero": f"7 0{HIT}",
    "a position of eleven digits": "7 14045313600 . A T . PASS . GT:AD 0/1:70,30",
    "a letter that is no base": HIT.replace(" T ", " X "),
    "RNA": HIT.replace(" T ", " U "),
    "an ambiguous base": HIT.replace(" T ", " W "),
    "an indel of VCF 3": HIT.replace(" T ", " I3ACT "),
    "a broken bracket": HIT.replace(" T ", " < "),
    "a genotype in words": HIT.replace("0/1", "het"),
    "a genotype of an allele that is not there": HIT.replace("0/1", "0/2"),
}


@pytest.mark.parametrize("name", HELD)
def test_a_row_of_a_panel_gene_that_cannot_be_read_holds_the_file(name):
    text = HELD[name]
    told = result(BELOW, text if text.startswith("7 ") else f"7 {text}")
    assert (told.report.status.value, told.report.code) == ("held", "bad_row")
    assert {each.status for each in told.markers.values()} == {Status.NOT_ASSESSED}


def test_a_known_allele_of_the_other_build_takes_the_negatives_away():
    """BRAF V600E at its place on GRCh37 and at that on GRCh38, contigs of GRCh37."""
    told = result(V600E, "7 140753336 . A T . PASS . GT:AD 0/1:70,30")
    assert braf(told) is Status.DETECTED
    assert negatives(told) == 0
    assert "build_mixed" in {each.code for each in told.report.notices}


def test_no_call_of_a_known_change_is_no_negative():
    told = result(f"7 {HIT}".replace("0/1", "./."))
    assert braf(told) is Status.NOT_ASSESSED
    assert negatives(told) > 0, "the other genes were looked at"


def test_bytes_that_the_manifest_does_not_speak_of_are_held():
    told = result(V600E, sha256="0" * 64)
    assert (told.report.status.value, told.report.code) == ("held", "sha256_mismatch")
    assert {each.status for each in told.markers.values()} == {Status.NOT_ASSESSED}
