"""A tumour board's day in a real browser: from the login to the signature, and who is told what."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.browser.forms import go_back, log_in, send, sign
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.only("sqlite")

FUSION = "SYN-000001"


def red(picture: bytes) -> int:
    """How many pixels of a picture are the red of the frame around the words."""
    with Image.open(io.BytesIO(picture)) as image:
        seen = image.convert("RGB").getcolors(maxcolors=1 << 24) or []
    return sum(many for many, (r, g, b) in seen if r > 180 and g < 80 and b < 80)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_from_the_login_to_the_signature(opened, somebody, javascript):
    page = opened(javascript=javascript)
    page.goto("/")
    assert page.url.endswith("/login")
    signer = somebody("signer")
    log_in(page, signer.login, "not this one")
    expect(page.get_by_role("alert")).to_contain_text("do not fit each other")
    log_in(page, signer.login)
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")

    to_the_case(page, javascript=javascript)
    expect(page.get_by_role("heading", level=1)).to_have_text("Specimen, Synthia")
    expect(page.locator("main")).to_contain_text("To review")
    the_words_on_the_page(page)
    the_line_of_the_vcf(page)

    page.get_by_role("link", name="Decide", exact=True).click()
    expect(page.locator(".meaning")).to_contain_text("What it means")
    sign(page, password="not this one")  # noqa: S106
    expect(page.get_by_role("alert")).to_contain_text("not your password")
    sign(page)
    expect(page.locator(".standing")).to_contain_text("Signed")
    expect(page.locator(".standing")).to_contain_text(signer.name)

    printed = page.request.get(page.url.split("?")[0] + "/print")
    assert printed.status == 200
    assert "Specimen, Synthia" in printed.text()


def to_the_case(page: Page, *, javascript: bool) -> None:
    """By the keyboard where scripts run, by a search where they do not."""
    links = page.locator("#queue tbody th a")
    if javascript:
        # The script that knows the keys comes after the page.
        page.wait_for_load_state()
        page.keyboard.press("j")
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("j")
        expect(links.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(links.nth(0)).to_be_focused()
        while "Synthia" not in page.evaluate("document.activeElement.textContent"):
            page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/case/"))
        return
    page.get_by_text("Find a patient").click()
    page.get_by_label("Record number").fill(FUSION)
    send(page, "Find")
    expect(links).to_have_count(1)
    links.click()


def the_words_on_the_page(page: Page) -> None:
    """One click from a finding to the page of its report, with a frame around the words."""
    link = page.locator("a.source[href*='/evidence/']").filter(
        has_text=re.compile("p(age|\\.)? ?1")
    )
    link.first.click()
    expect(page.get_by_role("heading", name="What is printed")).to_be_visible()
    picture = page.locator("img.page-picture")
    drawn = page.request.get(str(picture.get_attribute("src")))
    assert drawn.status == 200
    assert red(drawn.body()) > 100, "no frame is drawn"
    page.get_by_role("link", name="Back to the case").click()


def the_line_of_the_vcf(page: Page) -> None:
    """One click from a finding to the line of the VCF, its fields explained by its header."""
    page.locator("a.source[href*='/evidence/']").filter(has_text="line 16").first.click()
    expect(page.get_by_role("heading", name="The line, field by field")).to_be_visible()
    expect(page.locator("table.fields").first).to_contain_text("SVTYPE")
    page.get_by_role("link", name="Back to the case").click()


def test_of_two_who_sign_at_once_one_wins_and_the_other_is_told(opened, case_of, desk):
    case = case_of(FUSION)
    ada, ben = opened("signer"), opened("signer")
    for page in (ada, ben):
        page.goto(f"/case/{case}/decide")
    sign(ada)
    expect(ada.locator(".standing")).to_contain_text("Signed")
    sign(ben)
    expect(ben.get_by_role("alert").first).to_contain_text("was faster and accepted this")
    assert len(desk.store.given(case)) == 1


def test_two_people_sign_where_two_are_asked_for(opened, case_of, desk):
    desk.settings.__dict__["signatures"] = 2
    case = case_of(FUSION)
    ada, ben = opened("signer"), opened("signer")
    ada.goto(f"/case/{case}/decide")
    sign(ada)
    expect(ada.locator(".standing")).to_contain_text("Signed by one of two")
    ada.goto(f"/case/{case}/decide")
    sign(ada)
    ada.goto(f"/case/{case}")
    expect(ada.locator(".standing")).to_contain_text("Signed by one of two")
    ben.goto(f"/case/{case}/decide")
    sign(ben)
    expect(ben.locator(".standing")).to_contain_text("Signed")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_what_was_misread_is_said_and_asks(opened, case_of, javascript):
    page = opened("reviewer", javascript=javascript)
    page.goto(f"/case/{case_of(FUSION)}/correct")
    page.get_by_role("link", name=re.compile("^Judge FGFR2 fusion of .*pdf")).first.click()
    page.get_by_role("radio", name="wrongly").check()
    page.get_by_label("status should be").select_option("not_detected")
    page.get_by_label("Reason").fill("the line says that none was found")
    send(page, "Keep this judgement")
    expect(page.locator("main")).to_contain_text("the line says that none was found")
    page.goto(f"/case/{case_of(FUSION)}")
    expect(page.locator("main")).to_contain_text("misread")
    expect(page.locator("main")).not_to_contain_text("▲suggest futibatinib")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_stated_context_makes_the_case_again(opened, case_of, javascript):
    page = opened("reviewer", javascript=javascript)
    case = case_of(FUSION)
    page.goto(f"/case/{case}/context")
    page.get_by_label("ECOG performance status").select_option("4")
    page.get_by_label("Why, or from where").fill("seen in clinic on 2 November")
    send(page, "Keep, and make the case again")
    expect(page.locator(".standing")).to_contain_text("the clinical context changed")
    assert re.search(r"ECOG\s*4", page.locator("main").inner_text())
    page.goto(f"/case/{case}/context")
    expect(page.locator("main")).to_contain_text("seen in clinic on 2 November")


def test_a_held_file_is_given_knowingly(opened, case_of, held):
    page = opened("reviewer")
    page.goto("/holds")
    page.get_by_role("link", name="stranger.pdf").click()
    expect(page.get_by_role("row", name=re.compile("^Name "))).to_contain_text("differs")
    page.get_by_label("belongs to this case").check()
    page.get_by_label("Reason").fill("maiden name")
    page.get_by_label("I know that what is printed contradicts this").check()
    page.get_by_label("My password, again").fill(PASSWORD)
    send(page, "Do this")
    expect(page.locator("main")).to_contain_text("Read, and counts")
    page.goto(f"/case/{case_of(FUSION)}")
    expect(page.locator("main")).to_contain_text("inbox/one.pdf")


SEES = [
    # role, the rooms that its pages offer, a room that is closed to it
    ("viewer", ["Queue", "Monitor"], "/holds"),
    ("reviewer", ["Queue", "Holds", "Monitor"], "/audit"),
    ("signer", ["Queue", "Holds", "Monitor"], "/users"),
    ("knowledge_manager", ["Monitor"], "/"),
    ("admin", ["Monitor", "Users"], "/monitor/cohort"),
    ("auditor", ["Monitor", "Audit"], "/holds"),
]


def test_each_role_is_offered_what_it_may_and_nothing_else(opened, case_of):
    case = case_of(FUSION)
    for role, rooms, closed in SEES:
        page = opened(role)
        page.goto("/monitor")
        assert page.get_by_role("navigation", name="Main").locator("li").all_inner_texts() == rooms
        for path in (closed, *([] if "Queue" in rooms else [f"/case/{case}"])):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 403, (role, path)
            expect(page.get_by_role("heading", level=1)).to_have_text(
                "Your roles do not allow this."
            )
    viewer = opened("viewer")
    viewer.goto(f"/case/{case}")
    for word in ("Decide", "Print", "State it"):
        expect(viewer.get_by_role("link", name=word, exact=True)).to_have_count(0)


def test_who_logged_out_sees_nothing_by_going_back(opened, somebody):
    admin = somebody("admin")
    page = opened()
    page.goto("/users")
    log_in(page, admin.login)
    assert page.url.endswith("/users"), "on where one wanted to be"
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
    send(page, "Log out")
    assert page.url.endswith("/login")
    go_back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_session_that_ended_keeps_nothing_and_leads_back(opened, case_of, clock, somebody, desk):
    person = somebody("signer")
    page = opened()
    page.goto("/login")
    log_in(page, person.login)
    case = case_of(FUSION)
    page.goto(f"/case/{case}/decide")
    clock.pass_by(minutes=16)
    sign(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("What you sent was not kept")
    assert desk.store.given(case) == ()
    page.goto(f"/case/{case}")
    assert page.url.endswith(f"/login?next=/case/{case}")
    log_in(page, person.login)
    page.wait_for_url(f"**/case/{case}")
