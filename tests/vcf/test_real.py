"""Real files of public repositories: what they are known to hold, and nothing else."""

import csv
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from parsers.vcf import read
from pipeline.errors import HeldError, ReportError
from pipeline.genes import marker_of
from pipeline.model import AlterationClass

HERE = Path(__file__).parent

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


def table(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def real_files(shared_data):
    return [path for path in sorted((shared_data / "vcf_real").rglob("*")) if path.is_file()]


def name_of(path, shared_data):
    return path.relative_to(shared_data / "vcf_real").as_posix()


def test_every_hold_for_build_or_tumour_column_has_its_reason(shared_data):
    """`not_read.csv` says by hand why each repository's files are held, and nothing more."""
    expected = {(row["folder"], row["code"]) for row in table("not_read.csv")}
    held = set()
    for path in real_files(shared_data):
        try:
            reading(path)
        except HeldError as error:
            if error.code.startswith("build_") or error.code == "tumour_column":
                held.add((name_of(path, shared_data).split("/")[0], error.code))
        except ReportError:
            continue
    assert held == expected


def exons(shared_data, assembly, target):
    """Coding exons of the genes with a mutation marker, as regions for bcftools."""
    csv.field_size_limit(10**7)
    column = f"cds_exons_{assembly.lower()}"
    regions = set()
    with (shared_data.parent / "clinical" / "transcripts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if marker_of(row["gene"], AlterationClass.MUTATION) is None:
                continue
            spans = [span.split("-") for span in row[column].split(";") if "-" in span]
            names = (row["chrom"], f"chr{row['chrom']}")
            regions |= {(name, int(start), int(end)) for name in names for start, end in spans}
    lines = "".join(f"{name}\t{start}\t{end}\n" for name, start, end in sorted(regions))
    target.write_text(lines, encoding="utf-8")
    return target


def seen_by_bcftools(path, regions):
    """Alleles that a row carries which no filter removed; None where bcftools cannot read it."""
    for fields in ("%FILTER\t[%GT,]\n", "%FILTER\t\n"):
        query = [
            "bcftools",
            "query",
            "-T",
            str(regions),
            "-f",
            f"%CHROM\t%POS\t%REF\t%ALT\t{fields}",
        ]
        ran = subprocess.run([*query, str(path)], capture_output=True, text=True, check=False)
        if ran.returncode == 0:
            return {place for line in ran.stdout.splitlines() for place in carried(line)}
    return None


def carried(line):
    name, position, ref, alts, filters, genotypes = line.split("\t")
    called = set(genotypes.replace("|", "/").replace(",", "/").split("/")) - {"", "."}
    for number, alt in enumerate(alts.split(","), start=1):
        is_carried = not called or str(number) in called
        if filters in {"PASS", "."} and is_carried and alt.isalpha():
            yield f"{name.removeprefix('chr')}:{position}:{ref.upper()}>{alt.upper()}"


def test_nothing_that_bcftools_shows_is_lost(shared_data, tmp_path):
    """Every coding allele bcftools lists is an observation, or `differences.csv` says why not."""
    if shutil.which("bcftools") is None:
        pytest.skip("bcftools is not installed: its independent list cannot be made")
    regions = {
        name: exons(shared_data, name, tmp_path / f"{name}.tsv") for name in ("GRCh37", "GRCh38")
    }
    lost, invented, compared, listed = set(), set(), 0, 0
    for path in real_files(shared_data):
        try:
            read_here = reading(path)
        except ReportError:
            continue
        alleles = seen_by_bcftools(path, regions[read_here.report.assembly.value])
        if alleles is None:
            continue
        found = [each.genomic for each in read_here.observations if each.genomic]
        ours = {f"{it.chromosome}:{it.position}:{it.ref}>{it.alt}" for it in found}
        name = name_of(path, shared_data)
        compared, listed = compared + 1, listed + len(alleles)
        lost |= {(name, place) for place in alleles - ours}
        invented |= {(name, place) for place in ours - alleles}
    assert lost == {(row["file"], row["place"]) for row in table("differences.csv")}
    assert invented == set()
    assert compared >= 220
    assert listed >= 40
