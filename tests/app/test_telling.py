"""What `oncoflag explain` tells a tired person: the answer first, nothing twice, doubts marked."""

import re
from pathlib import Path
from typing import Any

import pytest

FINDINGS = """case,gene,alteration,status,method,specimen,tumour_percent
P1,FGFR2,FGFR2::BICC1 fusion,detected,NGS-RNA,S1,40
P1,IDH1,IDH1 mutation,not_detected,NGS-DNA,S1,40
P1,KRAS,p.G12D,detected,NGS-DNA,S1,40
"""
PATIENTS = """case,site,stage,ecog,prior_lines,prior_agents
P1,intrahepatic,IV,1,1,gemcitabine; cisplatin
"""


# Who, the results known, what stands in brief.
IN_BRIEF = [
    pytest.param(
        "gallbladder,EU,1,gemcitabine; cisplatin,",
        "BRAF,p.V600E,detected,NGS-DNA",
        "flagged too dabrafenib + trametinib (BRAF mutation; EU off label)",
        id="off label, in no list: still in sight",
    ),
    pytest.param(
        "distal,EU,1,gemcitabine; cisplatin,",
        "ERBB2,IHC 3+,detected,IHC",
        "trastuzumab deruxtecan (HER2 IHC; EU not authorised, not verified)",
        id="authorised in 2026, day not known: a doubt, not a plain no",
    ),
    pytest.param(
        "distal,US,0,none,yes",
        "KRAS,p.G12D,detected,NGS-DNA",
        "every entry is blocked: biliary obstruction, not drained: an obstructed bile duct is"
        " drained first",
        id="undrained bile: the one thing to do",
    ),
    pytest.param(
        "distal,US,1,gemcitabine; cisplatin,",
        "ERBB2,IHC 2+,indeterminate,IHC",
        "HER2 ISH on the same sample; MSI by PCR",
        id="IHC 2+: ISH, not another IHC",
    ),
]


@pytest.fixture
def told(oncoflag: Any, tmp_path: Path) -> str:
    (tmp_path / "f.csv").write_text(FINDINGS)
    (tmp_path / "p.csv").write_text(PATIENTS)
    tables = ("--findings", tmp_path / "f.csv", "--patients", tmp_path / "p.csv")
    done = oncoflag("explain", *tables, "--as-of", "2026-11-21", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def part(told: str, title: str) -> str:
    """What stands under a heading, its lines joined."""
    found = re.search(rf"^{re.escape(title)}$(.*?)(?:^\S|\Z)", told, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {title}"
    return " ".join(found[1].split())


@pytest.mark.parametrize(("who", "found", "expected"), IN_BRIEF)
def test_nothing_essential_is_missing_in_brief(
    who: str, found: str, expected: str, oncoflag: Any, tmp_path: Path
) -> None:
    assert expected in part(explained(oncoflag, tmp_path, who, found), "In brief")


def test_a_withdrawn_drug_says_so_beside_a_resistance_mutation(
    oncoflag: Any, tmp_path: Path
) -> None:
    who = "intrahepatic,US,2,gemcitabine; cisplatin; pemigatinib,"
    fusion, resistance = "FGFR2,FGFR2::BICC1,detected,NGS-RNA", "FGFR2,p.V565F,detected,NGS-DNA"
    flags = part(explained(oncoflag, tmp_path, who, fusion, resistance), "Flags")
    assert "infigratinib FGFR2 fusion FGFR2::BICC1, second line, US US: withdrawn" in flags
    assert "FGFR2 p.V564F; FGFR2 p.V564F:" not in flags


def test_a_test_opens_no_drug_that_would_be_blocked(oncoflag: Any, tmp_path: Path) -> None:
    who, found = "intrahepatic,US,1,gemcitabine; cisplatin,", "IDH1,p.R132C,detected,NGS-DNA"
    orders = part(explained(oncoflag, tmp_path, who, found), "Not assessed: what to order")
    assert "futibatinib" in orders
    assert "sotorasib" in orders
    # Withdrawn in 2024; for pancreatic cancer alone (R72, correction C17).
    assert "infigratinib" not in orders
    assert "daraxonrasib" not in orders


def test_the_labelled_drug_stands_before_the_one_off_label_at_the_site(
    oncoflag: Any, tmp_path: Path
) -> None:
    who = "gallbladder,US,0,none,"
    found = "IDH1,p.R132C,detected,NGS-DNA", "ERBB2,IHC 3+,detected,IHC"
    flags = part(explained(oncoflag, tmp_path, who, *found), "Flags")
    # The marker of ivosidenib stands first; its label names cholangiocarcinoma alone (R71).
    assert flags.index("zanidatamab") < flags.index("ivosidenib IDH1")


def explained(oncoflag: Any, folder: Path, who: str, *found: str) -> str:
    """What is told of one patient of stage IV and ECOG 1."""
    context = "case,stage,ecog,site,jurisdiction,prior_lines,prior_agents,biliary_obstruction"
    undrained = "biliary_drainage,bilirubin,bilirubin_uln,bilirubin_unit"
    bile = "no,9,1,mg/dl" if who.endswith("yes") else ",0.8,1,mg/dl"
    (folder / "p.csv").write_text(f"{context},{undrained}\nP1,IV,1,{who},{bile}\n")
    rows = "".join(f"P1,{row}\n" for row in found)
    (folder / "f.csv").write_text(f"case,gene,alteration,status,method\n{rows}")
    tables = ("--findings", folder / "f.csv", "--patients", folder / "p.csv")
    done = oncoflag("explain", *tables, "--as-of", "2026-11-21", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_the_page_of_a_case(told: str) -> None:
    assert told.startswith("Case P1  intrahepatic · stage IV · ECOG 1 · 1 prior line(s)")
    # The answer first, then why.
    headings = [line for line in told.splitlines() if line and not line.startswith((" ", "Case"))]
    assert headings == [
        "In brief",
        "Flags",
        "Second line",
        "What did not fire, and why",
        "Not assessed: what to order",
        "Markers with a result",
        "Notes",
    ]
    brief = part(told, "In brief")
    assert "second line" in brief
    assert "do not give infigratinib, daraxonrasib" in brief
    assert brief.index("pemigatinib") < brief.index("FOLFOX") < brief.index("mFOLFIRINOX")
    # What may be given stands before what may not.
    kinds = re.findall(
        r"^  (SUGGEST|CAUTION|ASK|FLAG|BLOCK) ",
        told.split("Second line", maxsplit=1)[0],
        re.MULTILINE,
    )
    order = ["SUGGEST", "CAUTION", "ASK", "FLAG", "BLOCK"]
    assert kinds == sorted(kinds, key=order.index)
    flags = part(told, "Flags")
    assert "pemigatinib FGFR2 fusion FGFR2::BICC1, second line, EU and US" in flags
    assert "ESCAT IB (recalled, not checked)" in flags
    # A blocked drug has its reason, not its figures.
    assert "23.1%" not in flags
    # One panel answers for many markers, and says for which drugs.
    orders = part(told, "Not assessed: what to order")
    assert orders.count("RNA fusion panel") == 1
    assert "NTRK1 fusion, NTRK2 fusion, NTRK3 fusion, RET fusion" in orders
    assert "could open: larotrectinib" in orders
    # A drug first, then why it did not fire; what nobody looked at stands under the orders.
    missed = part(told, "What did not fire, and why")
    assert "ivosidenib: IDH1 mutation: not detected" in missed
    assert "adagrasib, sotorasib: KRAS p.G12D is not p.G12C" in missed
    assert "selpercatinib" not in missed
    # What every regimen waits for is said once.
    second = part(told, "Second line")
    assert second.count("order first: BRAF mutation") == 1
    assert "each regimen, if: DPYD not stated" in second
    assert "2.7 in the whole cohort" in second
    assert "Quality of life is the first aim" in part(told, "Notes")
