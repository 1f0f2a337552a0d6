"""One cell of the tables is broken, and the linter says exactly that, and nothing else."""

from collections.abc import Callable

import pytest

from actionability import knowledge
from actionability.knowledge import Tables

GOOD = knowledge.packaged()
RELEASE = "2026.11.21"
PEMI = "fgfr2-fusion-pemigatinib-us"
IDH1 = "idh1-r132-ivosidenib-us"
BRAF = "braf-v600e-dabrafenib-trametinib-us"
ZANI = "her2-ihc3-zanidatamab-us"
BILIARY, CHOLANGIO = "site_in_label(biliary)", "site_in_label(cholangiocarcinoma)"
INFI = "fgfr2-fusion-infigratinib-us-2024"


def said(given: Tables, release: str = RELEASE) -> tuple[str, ...]:
    return knowledge.lint(knowledge.of(given, release=release))


def broken(name: str, id_: str, **cells: str) -> Tables:
    rows = tuple(row | cells if row.get("id") == id_ else row for row in GOOD[name])
    assert rows != GOOD[name], "the broken row exists"
    return {**GOOD, name: rows}


def without(name: str, column: str, value: str) -> Tables:
    rows = tuple(row for row in GOOD[name] if row[column] != value)
    assert len(rows) < len(GOOD[name]), "the row taken away exists"
    return {**GOOD, name: rows}


def twice(id_: str, **cells: str) -> Tables:
    (row,) = (row for row in GOOD["indications"] if row["id"] == id_)
    return {**GOOD, "indications": (*GOOD["indications"], row | cells)}


def resited(scope: str, site: str, **cells: str) -> Tables:
    rows = tuple(
        row | cells if (row["scope"], row["site"]) == (scope, site) else row
        for row in GOOD["site_scopes"]
    )
    return {**GOOD, "site_scopes": rows}


def moved(scope: str, site: str, *, to: str) -> Tables:
    """The row of one site says another one."""
    rows = tuple(
        row | {"site": to} if (row["scope"], row["site"]) == (scope, site) else row
        for row in GOOD["site_scopes"]
    )
    return {**GOOD, "site_scopes": rows}


def test_the_packaged_tables_have_no_fault() -> None:
    assert said(GOOD) == ()


BROKEN: list[tuple[str, Callable[[], Tables], str]] = [
    (
        "a drug's name in the row is not the coded one",
        lambda: broken("indications", PEMI, group="fgfr2-fusion-futibatinib-2"),
        f"indications.csv ({PEMI}): names futibatinib, but its therapy is pemigatinib",
    ),
    (
        "the label reference is that of another drug",
        lambda: broken("indications", PEMI, source="moalmanac-db ind:fda.lytgobi:0"),
        f"indications.csv ({PEMI}): names futibatinib, but its therapy is pemigatinib",
    ),
    (
        "the id names no drug of the therapy",
        lambda: broken("indications", PEMI, id="fgfr2-fusion-us"),
        "indications.csv (fgfr2-fusion-us): its id does not name pemigatinib",
    ),
    (
        "a fusion drug asks a mutation marker",
        lambda: broken("indications", PEMI, markers="FGFR2_MUTATION"),
        f"indications.csv ({PEMI}): fusion(A B C) can never be met by FGFR2_MUTATION",
    ),
    (
        "an amplification asked of a stain",
        lambda: broken("indications", ZANI, match="amplification()"),
        f"indications.csv ({ZANI}): amplification() can never be met by HER2_IHC",
    ),
    (
        "an argument no finding can have",
        lambda: broken("indications", PEMI, match="fusion(A E)"),
        f"indications.csv ({PEMI}): no finding can ever meet fusion(A E)",
    ),
    (
        "an IHC score that does not exist",
        lambda: broken("indications", ZANI, match="ihc(4+)"),
        f"indications.csv ({ZANI}): no finding can ever meet ihc(4+)",
    ),
    (
        "a residue the protein does not have",
        lambda: broken("indications", IDH1, match="codon(R133)"),
        f"indications.csv ({IDH1}): IDH1 has no residue R133",
    ),
    (
        "a protein change the protein does not allow",
        lambda: broken("indications", BRAF, match="protein(E600V)"),
        f"indications.csv ({BRAF}): BRAF has no residue E600",
    ),
    (
        "a predicate without any marker",
        lambda: broken("indications", "mdm2-trial-us", match="mutation()"),
        "indications.csv (mdm2-trial-us): mutation() has no marker to be met by",
    ),
    (
        "the label says biliary tract, the row asks for cholangiocarcinoma: gallbladder is lost",
        lambda: broken(
            "indications",
            ZANI,
            requires=f"prior_lines_at_least(1); {CHOLANGIO}",
        ),
        f"indications.csv ({ZANI}): its label says 'biliary', but it asks {CHOLANGIO}",
    ),
    (
        "the label says cholangiocarcinoma, the row asks for no site",
        lambda: broken("indications", PEMI, requires="prior_lines_at_least(1)"),
        f"indications.csv ({PEMI}): its label says 'cholangiocarcinoma', but it asks no site",
    ),
    (
        "the label says solid tumours, the row asks for a site",
        lambda: broken("indications", BRAF, requires=BILIARY),
        f"indications.csv ({BRAF}): its label says 'solid tumours', but it asks {BILIARY}",
    ),
    (
        "a regimen's name and its coded drugs disagree",
        lambda: broken("regimens", "folfiri", agents="irinotecan; leucovorin"),
        "regimens.csv (folfiri): its cells disagree about fluorouracil",
    ),
    (
        "a regimen's schedule names a drug it does not code",
        lambda: broken("regimens", "gemcitabine", components="gemcitabine + cisplatin"),
        "regimens.csv (gemcitabine): its cells disagree about cisplatin",
    ),
    (
        "a withdrawal that ends",
        lambda: broken("indications", INFI, valid_to="2027-01-01"),
        f"indications.csv ({INFI}): a withdrawn drug stays blocked: valid_to must be empty",
    ),
    (
        "a withdrawn drug offered by another row",
        lambda: twice(
            PEMI,
            id="again-infigratinib-us",
            group="again-infigratinib",
            therapy="infigratinib",
            source="FDA",
            valid_from="2025-01-01",
            line="third",
        ),
        f"indications.csv ({INFI}): withdrawn, but again-infigratinib-us still offers infigratinib",
    ),
    (
        "a row another one speaks before",
        lambda: twice(PEMI, id="fgfr2-late-pemigatinib-us", group="fgfr2-late-pemigatinib"),
        f"indications.csv (fgfr2-late-pemigatinib-us): never reached, {PEMI} asks the same",
    ),
    (
        "a caution of a drug that no row gives",
        lambda: broken("cautions", "fgfr-cyp3a", scope="erdafitinib"),
        "cautions.csv (fgfr-cyp3a): concerns no indication and no regimen",
    ),
    (
        "a resistance allele the protein does not allow",
        lambda: broken("resistance", "ret-solvent-front", alleles="G811*"),
        "resistance.csv (ret-solvent-front): RET has no residue for G811*",
    ),
    (
        "a resistance that suggests",
        lambda: broken("resistance", "ret-solvent-front", effect="SUGGEST"),
        "resistance.csv (ret-solvent-front): its effect is BLOCK or CAUTION",
    ),
    (
        "gallbladder left out of biliary tract labels",
        lambda: resited("biliary", "gallbladder", answer="outside"),
        "site_scopes.csv: a label for biliary tract cancer covers the gallbladder",
    ),
    (
        "a site no scope speaks of",
        lambda: moved("cholangiocarcinoma", "distal", to="perihilar"),
        "site_scopes.csv: cholangiocarcinoma does not say whether it takes distal in",
    ),
    (
        "a PMID of six digits",
        lambda: broken("regimens", "folfox", source="PMID 337984"),
        "regimens.csv (folfox): the reference 'PMID 337984' is not of its form",
    ),
    (
        "a PMID without a number",
        lambda: broken("regimens", "folfox", source="PMID of the report"),
        "regimens.csv (folfox): the reference 'PMID' is not of its form",
    ),
    (
        "a label reference without its number",
        lambda: broken("indications", PEMI, source="moalmanac-db ind:fda.pemazyre"),
        f"indications.csv ({PEMI}): the reference 'ind:fda.pemazyre' is not of its form",
    ),
    (
        "a trial number of seven digits",
        lambda: broken("indications", PEMI, nct="NCT0292437"),
        f"indications.csv ({PEMI}): 'NCT0292437' is no registration number of a trial",
    ),
    (
        "no source",
        lambda: broken("cautions", "dpyd", source=""),
        "cautions.csv (dpyd): it names no source",
    ),
    (
        "a recalled cell that is no column",
        lambda: broken("indications", PEMI, recall="escatt"),
        f"indications.csv ({PEMI}): recall names no column: escatt",
    ),
    (
        "a row that says neither checked nor recalled",
        lambda: broken("cautions", "dpyd", checked="sure"),
        "cautions.csv (dpyd): checked is yes, partly or recall",
    ),
    (
        "nobody says when a row was looked at",
        lambda: broken("indications", PEMI, as_of=""),
        f"indications.csv ({PEMI}): as_of is empty: nobody says when the row was looked at",
    ),
    (
        "a day of looking that is none",
        lambda: broken("indications", PEMI, as_of="autumn"),
        f"indications.csv ({PEMI}): as_of: 'autumn' is not a date (YYYY, YYYY-MM or YYYY-MM-DD)",
    ),
    (
        "a status younger than the look at it",
        lambda: broken("indications", PEMI, as_of="2020-03"),
        f"indications.csv ({PEMI}): valid from 2020-04-17, but last looked at in 2020-03",
    ),
    (
        "no row of a group speaks on the day of the release",
        lambda: broken("indications", PEMI, valid_to="2026-11-01"),
        "indications.csv (fgfr2-fusion-pemigatinib, US): no row is valid on 2026-11-21",
    ),
    (
        "a rule of the sources that lives nowhere",
        lambda: without("statements", "rule", "R22"),
        "statements.csv: nothing says where R22 lives",
    ),
    (
        "a mapped note is taken away",
        lambda: without("notes", "id", "perihilar-response"),
        "statements.csv (R22): there is no notes:perihilar-response",
    ),
    (
        "a mapped caution is taken away",
        lambda: without("cautions", "id", "ecog-folfirinox"),
        "statements.csv (R18): there is no cautions:ecog-folfirinox",
    ),
    (
        "a mapped resistance is taken away",
        lambda: without("resistance", "id", "idh1-second-site"),
        "statements.csv (R58): there is no resistance:idh1-second-site",
    ),
    (
        "a mapped regimen is taken away",
        lambda: without("regimens", "id", "bsc-second"),
        "statements.csv (R25): there is no regimens:bsc-second",
    ),
    (
        "a mapped indication is taken away in both jurisdictions",
        lambda: without("indications", "group", "idh2-trial"),
        "statements.csv (R53): there is no indications:idh2-trial",
    ),
    (
        "a mapped question is asked by no row any more",
        lambda: broken("notes", "radiotherapy-survival", when="stage_is(IV)"),
        "statements.csv (R24): there is no question:radiotherapy_intent_is",
    ),
]


@pytest.mark.parametrize(("why", "tables", "sentence"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_cell_is_said_exactly(
    why: str, tables: Callable[[], Tables], sentence: str
) -> None:
    assert said(tables()) == (sentence,), why


@pytest.mark.parametrize("rule", [f"R{number}" for number in range(1, 33)])
def test_no_rule_of_the_two_sources_can_be_dropped(rule: str) -> None:
    """Taking away any row that a statement of the rule names is a fault."""
    places = {
        place for row in knowledge.load().statements if row.rule == rule for place in row.where
    }
    assert places
    for kind, name in sorted(places):
        if kind in {"regimens", "cautions", "notes", "resistance"}:
            faults = said(without(kind, "id", name))
        elif kind == "indications":
            faults = said(without(kind, "group", name))
        elif kind == "reflex_tests":
            faults = said(without(kind, "marker", name))
        else:
            continue
        assert f"statements.csv ({rule}): there is no {kind}:{name}" in faults


def test_a_release_has_a_day() -> None:
    assert said(GOOD, release="autumn") == ("the release 'autumn' is not a day",)
