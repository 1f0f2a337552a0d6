"""No id that a person wrote by hand stands in an address: browsers, proxies and logs keep those."""

import re

import pytest

from app.web import address

OURS = "case-0123456789ab"


@pytest.mark.parametrize(
    ("case_id", "word"),
    [
        (OURS, OURS),
        ("Anna Berg", "c-"),
        ("2026/17", "c-"),
        ("case-anna", "c-"),
        ("c-0123456789abcdef0123", "c-"),
    ],
)
def test_what_somebody_wrote_by_hand_is_a_hash(case_id, word):
    said = address.case_word(case_id)
    assert said == word if case_id == OURS else re.fullmatch(r"c-[0-9a-f]{20}", said)
    assert address.case_named(said) == case_id


def test_a_hand_written_table_goes_by_its_bytes_and_its_case():
    sha = "a" * 64
    assert address.report_word(f"{sha}:Anna Berg") == f"{sha}-table"
    assert address.report_of(f"{sha}-table", "Anna Berg") == f"{sha}:Anna Berg"
    assert address.report_word(sha) == sha
    assert address.report_of(sha, "Anna Berg") == sha


def test_no_page_links_to_an_id_written_by_hand(client):
    person = client("signer")
    queue = person.get("/?review=all").text
    links = re.findall(r'(?:href|action|src)="([^"]*)"', queue)
    cases = [each for each in links if each.startswith("/case/")]
    assert cases
    for each in {re.match(r"/case/[^/]+", link)[0] for link in cases}:
        page = person.get(each)
        assert page.status_code == 200
        found = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
        assert not [link for link in found if "SYN" in link], each


def test_a_bookmark_opens_after_a_new_start(client, monkeypatch):
    person = client("viewer")
    links = re.findall(r'href="(/case/c-[^"/]*)"', person.get("/?review=all").text)
    assert links
    monkeypatch.setattr(address, "_NAMED", {})
    monkeypatch.setattr(address, "_LOOKED", {})
    assert person.get(links[0]).status_code == 200


def test_a_word_of_no_case_is_none(client):
    assert client("viewer").get("/case/c-" + "0" * 20).status_code == 404
