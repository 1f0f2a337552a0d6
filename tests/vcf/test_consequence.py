"""Protein consequences: the allele table of the knowledge, and changes named by hand (HGVS)."""

import csv
from pathlib import Path

import pytest

from pipeline.consequence import Kind, protein_change
from pipeline.model import Assembly, GenomicAllele
from pipeline.transcripts import transcripts
from pipeline.variants import at, at_hotspot, named, significance_of

TABLE = Path(__file__).parents[2] / "pipeline" / "data" / "variants.csv"
ROWS = [row for row in csv.DictReader(TABLE.open(encoding="utf-8")) if row["grch37_ref"]]
BUILDS = {"grch37": Assembly.GRCH37, "grch38": Assembly.GRCH38}


def allele(build, chromosome, position, ref, alt):
    return GenomicAllele(assembly=build, chromosome=chromosome, position=position, ref=ref, alt=alt)


@pytest.mark.parametrize("column", BUILDS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['gene']}_{row['hgvs_c']}")
def test_every_known_allele_translates_to_its_name(row, column):
    """Two independent sources agree: the allele table and the coding sequences."""
    found = protein_change(
        row["gene"],
        allele(
            BUILDS[column],
            row["chromosome"],
            int(row[f"{column}_position"]),
            row[f"{column}_ref"],
            row[f"{column}_alt"],
        ),
    )
    # HGVS puts the insertion of TGT into the 3-prime place of the run; the protein decides (R64).
    assert found.hgvs_p == row["hgvs_p"], found.reason
    if "ins" not in row["hgvs_c"]:
        assert found.hgvs_c == row["hgvs_c"]


B37, B38 = Assembly.GRCH37, Assembly.GRCH38

# gene, build, position, REF, ALT, kind, p., c. -- written by hand from the codons of the gene
CHANGES = [
    ("BRAF", B37, 140453136, "A", "T", Kind.MISSENSE, "p.V600E", "c.1799T>A"),
    ("BRAF", B38, 140753336, "A", "T", Kind.MISSENSE, "p.V600E", "c.1799T>A"),
    ("BRAF", B37, 140453135, "CA", "TT", Kind.MISSENSE, "p.V600E", "c.1799_1800delinsAA"),
    ("BRAF", B37, 140453135, "C", "T", Kind.SYNONYMOUS, None, "c.1800G>A"),
    ("BRAF", B37, 140453135, "CAC", "CTC", Kind.MISSENSE, "p.V600E", "c.1799T>A"),
    ("KRAS", B37, 25398284, "CC", "AA", Kind.MISSENSE, "p.G12F", "c.34_35delinsTT"),
    ("KRAS", B38, 25245350, "C", "CA", Kind.FRAMESHIFT, None, None),
    ("ERBB2", B37, 37880981, "A", "AGCATACGTGATG", Kind.INFRAME, "p.Y772_A775dup", None),
    ("ERBB2", B37, 37880996, "T", "TTACGTGATGGCT", Kind.INFRAME, "p.Y772_A775dup", None),
    ("ERBB2", B38, 39724744, "G", "GTGT", Kind.INFRAME, "p.G776delinsVC", None),
    ("IDH1", B37, 209113113, "G", "A", Kind.MISSENSE, "p.R132C", "c.394C>T"),
    ("IDH1", B38, 208248389, "GA", "G", Kind.FRAMESHIFT, None, None),
    ("IDH1", B37, 209113112, "CGA", "C", Kind.FRAMESHIFT, None, None),
    ("BRAF", B37, 140450000, "A", "T", Kind.NONCODING, None, None),
    ("KRAS", B37, 25398282, "CA", "AT", Kind.MISSENSE, "p.G13C", "c.36_37delinsAT"),
    ("KRAS", B37, 25398282, "CAC", "AAT", Kind.INFRAME, "p.G12_G13delinsDC", "c.35_37delinsATT"),
    ("KRAS", B37, 25398318, "T", "C", Kind.START_LOST, "p.M1?", "c.1A>G"),
    ("KRAS", B37, 25362731, "A", "G", Kind.STOP_LOST, "p.*189Q", "c.565T>C"),
    ("KRAS", B37, 25380277, "G", "A", Kind.NONSENSE, "p.Q61*", "c.181C>T"),
    # GAT TAA before GGT (12): the stop ends the protein, whatever stands behind it.
    ("KRAS", B37, 25398285, "C", "CTTAATC", Kind.NONSENSE, "p.G12delinsD*", None),
    ("BRAF", B37, 140453133, "TTCA", "T", Kind.INFRAME, "p.V600_K601delinsE", "c.1799_1801del"),
    ("FGFR2", B37, 123274794, "T", "C", Kind.MISSENSE, "p.Y375C", "c.1124A>G"),
]


@pytest.mark.parametrize(
    "case", CHANGES, ids=lambda case: f"{case[0]}_{case[2]}_{case[3]}>{case[4]}"
)
def test_changes_named_by_hand(case):
    gene, build, position, ref, alt, kind, hgvs_p, hgvs_c = case
    chromosome = transcripts()[gene][0].chromosome
    found = protein_change(gene, allele(build, chromosome, position, ref, alt))
    assert found.kind is kind
    if hgvs_p:
        assert found.hgvs_p == hgvs_p
    if hgvs_c:
        assert found.hgvs_c == hgvs_c


def test_a_reference_base_of_another_genome_is_refused():
    found = protein_change("BRAF", allele(B37, "7", 140453136, "G", "T"))
    assert found.kind is Kind.REFUSED
    assert found.hgvs_p is None
    assert "REF G" in found.reason


def test_an_exon_whose_sequence_nobody_gave_is_refused():
    """The IIIb exon of FGFR2 (GRCh37 10:123278196-123278343) holds N only."""
    found = protein_change("FGFR2", allele(B37, "10", 123278250, "C", "T"))
    assert found.kind is Kind.REFUSED


def test_a_change_across_an_exon_boundary_is_no_protein_change():
    """IDH1 exon 4 begins, in the direction of the genome, at 209113093."""
    found = protein_change("IDH1", allele(B37, "2", 209113091, "TAC", "T"))
    assert found.kind is Kind.SPLICE
    assert found.hgvs_p is None


@pytest.mark.parametrize("gene", sorted(transcripts()))
def test_exons_add_up_to_the_coding_sequence_on_both_builds(gene):
    for model in transcripts()[gene]:
        for build in (B37, B38):
            total = sum(exon.end - exon.start + 1 for exon in model.exons[build])
            assert total == len(model.coding)


SIGNIFICANCE = [
    ("IDH1", "p.R132C", "pathogenic"),
    ("IDH1", "p.R132K", "pathogenic"),
    ("IDH1", "p.V178I", "benign"),
    ("IDH1", "p.R100Q", "vus"),
    ("ERBB2", "p.I655V", "benign"),
    ("ERBB2", "p.P1170A", "benign"),
    ("ERBB2", "p.A775_G776insYVMA", "pathogenic"),
    ("ERBB2", "p.G776_V777insX", "vus"),
    ("RET", "p.G691S", "benign"),
    ("KRAS", "p.G12F", "likely_pathogenic"),
    ("KRAS", "p.G12G", "vus"),
    ("KRAS", "p.A11V", "vus"),
    ("BRAF", "p.D594G", "likely_pathogenic"),
    ("BRAF", "p.V600*", "vus"),
    ("KRAS", "p.G12_G13delinsDC", "likely_pathogenic"),
    ("BRAF", "p.T599_V600delinsIE", "likely_pathogenic"),
    ("BRAF", "p.V600_S602delinsA", "vus"),
    ("BRAF", "p.A598_T599delinsVM", "vus"),
    ("FGFR2", "p.N550K", "pathogenic"),
]


@pytest.mark.parametrize(("gene", "hgvs_p", "expected"), SIGNIFICANCE)
def test_significance(gene, hgvs_p, expected):
    assert significance_of(gene, hgvs_p).value == expected


def test_known_alleles_are_found_with_shared_bases_around_them():
    assert at(allele(B37, "7", 140453135, "CAC", "CTC")).hgvs_p == "p.V600E"
    assert at(allele(B38, "7", 140453136, "A", "T")) is None
    assert named("BRAF", "p.V640E").hgvs_p == "p.V600E"
    assert at_hotspot("KRAS", "p.G60D") is None
