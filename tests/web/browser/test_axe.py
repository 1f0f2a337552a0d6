"""Every page, light and dark, held to axe's rules: none of serious or critical weight broken."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.only("sqlite")

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
FUSION = "SYN-000001"


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("NOT HELD TO AXE'S RULES: axe-core is not here (make setup, which needs npm)")
    return AXE.read_text()


def broken(page: Page, axe: str) -> list[str]:
    """The grave rules that the page as it stands breaks, and where."""
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => each.open = true)")
    page.evaluate(axe)
    told = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['failureSummary'][:200]}"
        for rule in told["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def pages_of(page: Page, case: str, held: str) -> list[str]:
    """Every page that a signer who is also an admin and an auditor can open."""
    page.goto(f"/case/{case}")
    shown = page.content()
    evidence = [
        re.search(f'href="(/[^"]*/evidence/[^"]*)"[^>]*>[^<]*(<[^>]*>[^<]*)*{word}', shown)
        for word in ("page 1", "line 16")
    ]
    page.goto(f"/case/{case}/correct")
    entry = re.search(r"entry=(\w+)", page.content())
    page.goto("/users")
    user = re.search(r'href="(/users/[^"]+)"', page.content())
    assert all(evidence)
    assert entry
    assert user
    return [
        "/",
        "/?review=signed",
        "/?marker=FGFR2_FUSION&status=detected",
        f"/case/{case}",
        *(each[1] for each in evidence if each),
        f"/case/{case}/decide",
        f"/case/{case}/context",
        f"/case/{case}/correct",
        f"/case/{case}/correct?entry={entry[1]}",
        f"/case/{case}/assign",
        f"/case/{case}/print",
        "/holds",
        f"/holds/{held}",
        "/monitor",
        "/monitor/cohort",
        "/monitor/accuracy",
        "/users",
        user[1],
        "/audit",
        "/password",
        "/prove",
        "/case/unknown",
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_grave_rule_is_broken(opened, case_of, held, axe, dark):
    page = opened("signer", "admin", "auditor", "knowledge_manager", csp=False, dark=dark)
    found = []
    for path in pages_of(page, case_of(FUSION), held):
        page.goto(path)
        found += broken(page, axe)
    away = opened(csp=False, dark=dark)
    away.goto("/login")
    found += broken(away, axe)
    assert found == [], "\n".join(found)


def test_the_check_sees_what_is_broken(opened, axe):
    """So that a check which looks at nothing is not taken for a good answer."""
    page = opened(csp=False)
    page.goto("/login")
    page.evaluate("() => document.querySelectorAll('label').forEach((each) => each.remove())")
    assert any(" label: " in each for each in broken(page, axe))
