"""A release of knowledge: what is in it, what stops the start, and that it cannot drift."""

import csv
import io
from collections.abc import Callable

import pytest
from cases import table

from actionability import knowledge
from actionability.knowledge import Knowledge, Tables
from pipeline import tables
from pipeline.errors import KnowledgeError
from pipeline.model import Marker
from pipeline.patient import Jurisdiction

GOOD = knowledge.packaged()
ROWS = GOOD["indications"]


def broken(name: str, id_: str, **cells: str) -> Tables:
    """The packaged tables with some cells of one row changed."""
    rows = tuple(row | cells if row.get("id") == id_ else row for row in GOOD[name])
    assert rows != GOOD[name], "the broken row exists"
    return {**GOOD, name: rows}


def without(name: str, column: str, value: str) -> Tables:
    return {**GOOD, name: tuple(row for row in GOOD[name] if row[column] != value)}


def made(given: Tables) -> Knowledge:
    return knowledge.of(given, release="test")


def test_the_packaged_release_has_no_fault() -> None:
    assert knowledge.lint(knowledge.load()) == ()


PEMI, INFI = "fgfr2-fusion-pemigatinib-us", "fgfr2-fusion-infigratinib-us-2024"
IVO = "idh1-r132-ivosidenib-us"
LINTED = [
    (lambda: broken("indications", PEMI, requires="prior_linse(1)"), "no such criterion"),
    (lambda: broken("indications", PEMI, requires="site_is(liver)"), "does not know liver"),
    (lambda: broken("indications", PEMI, match="fusio(A)"), "no such match: fusio"),
    (lambda: broken("indications", PEMI, line="1L"), "the line '1L'"),
    (lambda: broken("indications", PEMI, source=""), "names no source"),
    (lambda: broken("indications", PEMI, checked="maybe"), "checked is yes"),
    (lambda: broken("indications", PEMI, therapy="Pemigatinib"), "INN in lower case"),
    (lambda: broken("indications", PEMI, therapy="pemigatinb"), "does not know pemigatinb"),
    (lambda: broken("indications", PEMI, valid_from=""), "has no date"),
    (lambda: broken("indications", PEMI, amp_asco_cap="1"), "no AMP/ASCO/CAP tier"),
    (lambda: broken("indications", PEMI, valid_to="2020-04-17"), "does not come after"),
    (lambda: broken("indications", INFI, note=""), "says why"),
    (lambda: broken("indications", INFI, valid_from="2024-05-15"), "periods overlap"),
    (lambda: broken("indications", IVO, id=PEMI), "named twice"),
    (
        lambda: broken(
            "indications", "braf-v600e-dabrafenib-trametinib-us", therapy="trametinib + dabrafenib"
        ),
        "alphabetical order",
    ),
    (lambda: broken("cautions", "dpyd", asks="dypd()"), "no such criterion"),
    (lambda: broken("cautions", "dpyd", scope="fluoropyrimidines"), "unknown scope"),
    (lambda: broken("regimens", "folfox", agents="oxaliplatine"), "does not know oxaliplatine"),
    (lambda: broken("regimens", "folfirinox", never_above="folfix"), "no regimen folfix"),
    (lambda: broken("notes", "ecog-3", when="ecog_over(2)"), "no such criterion"),
    (lambda: broken("resistance", "ret-solvent-front", therapy="selpercatinb"), "no indication"),
    (lambda: without("reflex_tests", "marker", "TMB"), "no test to order for TMB"),
]


@pytest.mark.parametrize(("tables_", "fault"), LINTED, ids=[said for _, said in LINTED])
def test_a_faulty_table_is_found(tables_: Callable[[], Tables], fault: str) -> None:
    assert any(fault in said for said in knowledge.lint(made(tables_())))


UNREADABLE = [
    (lambda: broken("indications", PEMI, status="approvd"), "indications.csv, row 2"),
    (lambda: broken("indications", PEMI, markers="FGFR2"), "FGFR2"),
    (lambda: broken("indications", PEMI, jurisdiction="UK"), "UK"),
    (lambda: broken("indications", PEMI, valid_from="17.4.2020"), "is not a date"),
    (lambda: broken("indications", PEMI, valid_from="2020-02-30"), "day of the calendar"),
    (lambda: broken("indications", PEMI, requires="prior_lines_at_least 1"), "not of the form"),
    (lambda: broken("indications", PEMI, match=""), "exactly one question"),
    (lambda: broken("cautions", "dpyd", if_fail="ASK"), "BLOCK, CAUTION or FLAG"),
    (lambda: broken("cautions", "dpyd", asks="no_ild(); no_hearing_loss()"), "one question"),
    (lambda: broken("regimens", "folfox", rank="first"), "regimens.csv"),
    (
        lambda: {**GOOD, "site_scopes": ({**GOOD["site_scopes"][0], "answer": "maybe"},)},
        "inside, unsure, outside or excluded",
    ),
    (
        lambda: {**GOOD, "mixtures": ({**GOOD["mixtures"][0], "name": "cisplatin"},)},
        "names two different drugs",
    ),
    (lambda: {**GOOD, "notes": ({"id": "x", "when": ""},)}, "column 'sentence' is missing"),
]


@pytest.mark.parametrize(("tables_", "fault"), UNREADABLE, ids=[said for _, said in UNREADABLE])
def test_an_unreadable_cell_stops_the_start(tables_: Callable[[], Tables], fault: str) -> None:
    with pytest.raises(KnowledgeError, match=fault):
        made(tables_())


def test_the_stamp_follows_the_rows_and_not_their_order() -> None:
    stamp = made(GOOD).stamp
    turned = {name: tuple(reversed(rows)) for name, rows in GOOD.items()}
    assert made(turned).stamp == stamp
    assert made(broken("indications", PEMI, note="changed")).stamp.sha256 != stamp.sha256
    assert made(broken("notes", "ecog-3", sentence="changed")).stamp.sha256 != stamp.sha256
    assert len(stamp.sha256) == 64


def test_a_release_never_changes_under_its_name() -> None:
    """Tables that changed are another release: a new name in VERSION, a new row in releases.csv."""
    known = {row["release"]: row["sha256"] for row in table("releases.csv")}
    assert known[knowledge.packaged_release()] == knowledge.digest(knowledge.packaged()), (
        "the tables changed: name a new release in actionability/data/VERSION, add it to "
        "tests/actionability/releases.csv, and tell the change in CHANGELOG.md"
    )


@pytest.mark.parametrize(
    ("release", "is_day"),
    [
        ("2026.11.21", True),
        ("2026.11.21.2", True),
        ("2026.11.21.1", False),
        ("2026.11.31", False),
        ("2026-11-21", False),
    ],
)
def test_a_release_is_named_by_its_day(release: str, is_day: bool) -> None:
    told = knowledge.lint(knowledge.of(GOOD, release=release))
    assert (told == ()) is is_day


def test_every_biomarker_of_the_source_table_is_carried() -> None:
    groups = {row["group"] for row in ROWS}
    assert len(groups) >= 33
    carried = {marker for row in knowledge.load().indications for marker in row.markers}
    resistance_only = {
        Marker.NTRK1_MUTATION,
        Marker.NTRK2_MUTATION,
        Marker.NTRK3_MUTATION,
        Marker.RET_MUTATION,
        Marker.KRAS_AMPLIFICATION,
    }
    assert carried == set(Marker) - resistance_only


def test_both_jurisdictions_speak_of_every_group() -> None:
    by_place = {place: set() for place in Jurisdiction}
    for row in ROWS:
        by_place[Jurisdiction(row["jurisdiction"])].add(row["group"])
    assert by_place[Jurisdiction.US] == by_place[Jurisdiction.EU]


def test_rows_without_a_marker_are_listed_and_never_matched() -> None:
    silent = [row for row in knowledge.load().indications if not row.markers]
    named = " ".join(row.alteration for row in silent)
    assert all(word in named for word in ("MDM2", "BRCA1", "CLDN18.2", "ROS1"))
    reached = {row.id for groups in knowledge.load().groups.values() for g in groups for row in g}
    assert not reached & {row.id for row in silent}


def test_no_licensed_level_is_carried_as_a_tier() -> None:
    """Own tiers only: no OncoKB level stands in a tier cell, nor is printed for HER2 3+."""
    for row in ROWS:
        tiers = " ".join((row["amp_asco_cap"], row["escat"], row["evidence"]))
        assert "oncokb" not in tiers.lower()
        assert "level" not in tiers.lower()


def test_no_table_names_a_patient_or_a_path() -> None:
    text = "".join(tables.packaged("actionability", f"{name}.csv") for name in knowledge.NAMES)
    assert "/work" not in text
    assert "stored public copy" not in text
    assert list(csv.reader(io.StringIO(text)))


DRUGS = [
    ("GemCis + Imfinzi", ("gemcitabine", "cisplatin", "durvalumab")),
    ("gemcitabine/cisplatin", ("gemcitabine", "cisplatin")),
    ("mFOLFIRINOX", ("oxaliplatin", "irinotecan", "leucovorin", "fluorouracil")),
    ("FOLFIRI", ("irinotecan", "leucovorin", "fluorouracil")),
    ("nal-IRI+5-FU/LV", ("liposomal irinotecan", "fluorouracil", "leucovorin")),
    ("T-DXd", ("trastuzumab deruxtecan",)),
    ("trastuzumab deruxtecan", ("trastuzumab deruxtecan",)),
    ("fam-trastuzumab deruxtecan-nxki", ("trastuzumab deruxtecan",)),
    ("Trastuzumab + Tucatinib", ("trastuzumab", "tucatinib")),
    ("XYZ-123", ()),
]


@pytest.mark.parametrize(("written", "inns"), DRUGS)
def test_drugs_are_read_as_people_write_them(written: str, inns: tuple[str, ...]) -> None:
    assert knowledge.load().drugs.read(written) == inns


SITES = [
    ("Intrahepatic cholangiocarcinoma", "intrahepatic"),
    ("perihilar (Klatskin) tumour", "perihilar"),
    ("Extrahepatic bile duct adenocarcinoma", "extrahepatic"),
    ("Gallbladder adenocarcinoma", "gallbladder"),
    ("intrahepatic or extrahepatic", None),
    ("cholangiocarcinoma", None),
    (None, None),
]


@pytest.mark.parametrize(("printed", "site"), SITES)
def test_sites_are_read_from_a_printed_tumour_type(printed: str | None, site: str | None) -> None:
    assert knowledge.load().sites.named_in(printed) == site
