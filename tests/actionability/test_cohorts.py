"""Real public cohorts through `oncoflag explain --findings --patients`: counted and explained.

Each cohort is turned into the two tables that people write by hand; what is expected is counted
here from the cohort's own file, by this file's own few lines.
"""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

GENES = {
    "FGFR2", "IDH1", "IDH2", "BRAF", "ERBB2", "NTRK1", "NTRK2", "NTRK3", "RET", "KRAS", "NRG1",
}  # fmt: skip
Row = dict[str, str]
Document = dict[str, Any]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t"))


def write(path: Path, rows: Iterable[Row]) -> Path:
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    return path


def explained(folder: Path, findings: Iterable[Row], patients: Iterable[Row]) -> list[Document]:
    """One document a case, from the real command in a process of its own."""
    tables = (
        *("--findings", write(folder / "findings.csv", findings)),
        *("--patients", write(folder / "patients.csv", patients)),
    )
    command = [sys.executable, "-m", "app.cli", "explain", *map(str, tables), "--json"]
    own = {key: value for key, value in os.environ.items() if not key.startswith("ONCOFLAG_")}
    own["ONCOFLAG_DATA_DIR"] = str(folder / "data")
    done = subprocess.run(
        command, env=own, cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def flags(documents: Iterable[Document]) -> Iterator[Document]:
    return (flag for each in documents for flag in each["interpretation"]["flags"])


def second_line(case: str, site: str, **more: str) -> Row:
    """A person after gemcitabine/cisplatin in the US, everything else not stated."""
    return {
        "case": case,
        "site": site,
        "stage": "IV",
        "ecog": "1",
        "prior_lines": "1",
        "prior_agents": "gemcitabine; cisplatin",
        "jurisdiction": "US",
        **more,
    }


def of_the_maf(row: Row) -> Row:
    """One row of a mutation annotation file; a change nobody knows is left unclassified."""
    return {
        "case": row["Tumor_Sample_Barcode_min"],
        "gene": row["Hugo_Symbol"],
        "alteration": row["HGVSp_Short"],
        "status": "detected",
        "method": "NGS-DNA",
    }


def test_tcga_cholangiocarcinoma_is_flagged_and_explained(
    shared_data: Path, tmp_path: Path
) -> None:
    """36 people of TCGA-CHOL (MC3): each flag is counted from the mutations of the file."""
    path = "vendor_structured/PoisonAlien+TCGAmutations/inst/extdata/MC3/CHOL.converted.maf.tsv"
    maf = read(shared_data / path)
    people = sorted({row["Tumor_Sample_Barcode_min"] for row in maf})
    ours = [row for row in maf if row["Hugo_Symbol"] in GENES]
    told = explained(
        tmp_path,
        map(of_the_maf, ours),
        [second_line(each, "intrahepatic") for each in people],
    )
    assert len(told) == len(people) == 36
    found = Counter((flag["kind"], flag["therapy"], flag["marker"]) for flag in flags(told))
    changes = Counter((row["Hugo_Symbol"], row["HGVSp_Short"]) for row in ours)
    r132 = sum(number for (gene, name), number in changes.items() if name.startswith("p.R132"))
    beside = {row["Tumor_Sample_Barcode_min"] for row in ours if row["Hugo_Symbol"] == "IDH1"}
    assert r132 == len(beside) == 5
    # Five people with IDH1 R132C/S: ivosidenib, and nothing in the file speaks against it.
    assert found["SUGGEST", "ivosidenib", "IDH1_MUTATION"] == r132
    # V600E: the label asks whether an alternative is left, which no file says.
    assert found["ASK", "dabrafenib + trametinib", "BRAF_MUTATION"] == changes["BRAF", "p.V600E"]
    # G12R and Q61K: a trial, never a G12C inhibitor; the pancreatic drug is blocked.
    kras = sum(number for (gene, _), number in changes.items() if gene == "KRAS")
    assert kras == 2
    assert found["FLAG", "clinical trial (RAS inhibitor)", "KRAS_MUTATION"] == kras
    assert found["BLOCK", "daraxonrasib", "KRAS_MUTATION"] == kras
    # Mutations of FGFR2 name a trial. F328dup lies in the exon that only isoform IIIb has, and a
    # table names no transcript: asked first, never dropped.
    fgfr2 = sum(number for (gene, _), number in changes.items() if gene == "FGFR2")
    doubted = changes["FGFR2", "p.F328dup"]
    trial = "clinical trial (FGFR inhibitor)"
    assert (fgfr2, doubted) == (3, 1)
    assert found["FLAG", trial, "FGFR2_MUTATION"] == fgfr2 - doubted
    assert found["ASK", trial, "FGFR2_MUTATION"] == doubted
    # So do mutations of IDH2 R172 and of ERBB2; one flag a person.
    for marker, gene in (("IDH2", "IDH2"), ("HER2 mutation", "ERBB2")):
        mutated = {row["Tumor_Sample_Barcode_min"] for row in ours if row["Hugo_Symbol"] == gene}
        trial = f"clinical trial ({marker})"
        assert found["FLAG", trial, f"{gene}_MUTATION"] == len(mutated), trial
    # No fusion, no amplification, no stain in a mutation file: nothing that needs one.
    assert {therapy for _, therapy, _ in found} == {
        "ivosidenib",
        "dabrafenib + trametinib",
        "daraxonrasib",
        "clinical trial (RAS inhibitor)",
        "clinical trial (IDH2)",
        "clinical trial (HER2 mutation)",
        "clinical trial (FGFR inhibitor)",
    }


def test_tcga_says_what_nobody_looked_at(shared_data: Path, tmp_path: Path) -> None:
    """A list of mutations is silent on everything else, and silence is never "no"."""
    path = "vendor_structured/PoisonAlien+TCGAmutations/inst/extdata/MC3/CHOL.converted.maf.tsv"
    ours = [row for row in read(shared_data / path) if row["Hugo_Symbol"] in GENES]
    people = sorted({row["Tumor_Sample_Barcode_min"] for row in ours})
    told = explained(
        tmp_path,
        map(of_the_maf, ours),
        [second_line(each, "intrahepatic") for each in people],
    )
    for each in told:
        seen = {f"{row['Hugo_Symbol']}_MUTATION" for row in ours if row_is_of(row, each)}
        states = {name: state["status"] for name, state in each["markers"].items()}
        silent = {name for name, status in states.items() if status == "not_assessed"}
        assert silent == set(states) - seen
        ordered = {item["marker"] for item in each["interpretation"]["not_assessed"]}
        unclear = {name for name, status in states.items() if status == "indeterminate"}
        assert ordered == silent | unclear


def row_is_of(row: Row, document: Document) -> bool:
    return bool(row["Tumor_Sample_Barcode_min"] == document["case"])


def test_hepatocellular_carcinoma_gets_no_suggestion(shared_data: Path, tmp_path: Path) -> None:
    """127 people of `hcc_mskimpact_2018`: not biliary, so nothing is flagged or suggested."""
    folder = shared_data / "vendor_structured" / "cbioportal_hcc_mskimpact_2018"
    samples = read(folder / "data_clinical_sample.txt")
    person = {row["SAMPLE_ID"]: row["PATIENT_ID"] for row in samples}
    mutated = [
        {
            "case": person[row["Tumor_Sample_Barcode"]],
            "gene": row["Hugo_Symbol"],
            "alteration": row["HGVSp_Short"],
            "status": "detected",
            "significance": "pathogenic",  # the worst case: whoever wrote it down believes it
        }
        for row in read(folder / "data_mutations_extended.txt")
        if row["Hugo_Symbol"] in GENES and row["HGVSp_Short"].startswith("p.")
    ]
    amplified = [
        {
            "case": person[sample],
            "gene": row["Hugo_Symbol"],
            "alteration": "amplification",
            "status": "detected",
            "significance": "pathogenic",
        }
        for row in read(folder / "data_CNA.txt")
        for sample, copies in row.items()
        if copies == "2" and row["Hugo_Symbol"] in {"ERBB2", "FGFR2", "KRAS"}
    ]
    told = explained(
        tmp_path,
        [*mutated, *amplified],
        [
            second_line(row["PATIENT_ID"], "", histology=row["CANCER_TYPE_DETAILED"])
            for row in samples
        ],
    )
    assert len(told) == 127
    assert len(mutated) >= 8
    assert [each["case"] for each in told if each["interpretation"]["flags"]] == []
    assert [each["case"] for each in told if each["interpretation"]["suggestions"]] == []
    notes = {" ".join(each["interpretation"]["notes"]) for each in told}
    assert all("not of the biliary tract (Hepatocellular Carcinoma)" in note for note in notes)


@pytest.mark.parametrize("status", ["indeterminate", "detected"])
def test_names_of_genes_alone_fire_nothing(shared_data: Path, tmp_path: Path, status: str) -> None:
    """489 cholangiocarcinomas of `chol_icgc_2017`, mutated genes without their changes.

    A mutation that is not named is open: no flag, whatever the sender calls it.
    """
    folder = shared_data / "vendor_structured" / "cbioportal_chol_icgc_2017"
    sites = {"Intrahepatic", "Perihilar", "Distal", "Extrahepatic"}
    samples = read(folder / "data_clinical_sample.txt")
    ours = [row for row in read(folder / "data_mutations.txt") if row["Hugo_Symbol"] in GENES]
    once = {(row["Tumor_Sample_Barcode"], row["Hugo_Symbol"]): None for row in ours}
    told = explained(
        tmp_path,
        [
            {"case": case, "gene": gene, "alteration": "mutation", "status": status}
            for case, gene in once
        ],
        [
            second_line(
                row["SAMPLE_ID"],
                row["ANATOMICAL_SUBTYPE"].lower() if row["ANATOMICAL_SUBTYPE"] in sites else "",
                histology=row["CANCER_TYPE_DETAILED"],
            )
            for row in samples
        ],
    )
    assert len(told) == len(samples) == 489
    assert list(flags(told)) == []
    states = {
        (each["case"], name.removesuffix("_MUTATION"), state["status"])
        for each in told
        for name, state in each["markers"].items()
        if state["status"] != "not_assessed"
    }
    assert states == {(case, gene, status) for case, gene in once}
    assert len(once) > 100
    # What is missing is named: the change itself.
    case, _ = next(pair for pair in once if pair[1] == "KRAS")
    (document,) = (each for each in told if each["case"] == case)
    reasons = [each["reason"] for each in document["interpretation"]["near_misses"]]
    wanted = "the protein change is not stated" if status == "detected" else "indeterminate"
    assert any(wanted in reason and "KRAS" in reason for reason in reasons)
