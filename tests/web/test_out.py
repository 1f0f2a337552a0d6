"""What leaves the house of a case: each file is what it says, noted, and named after nobody."""

import base64
import csv
import hashlib
import io
import json
import re
import zipfile

import pytest

from store.audit import case_token
from tests.web.test_case import decided, words

pytestmark = pytest.mark.only("sqlite")

# path | its type | how it begins | how its name ends, None if it opens | as the audit calls it
FILES = [
    ("print", "text/html; charset=utf-8", b"<!doctype html>", None, "print"),
    ("page.pdf", "application/pdf", b"%PDF-", ".pdf", "pdf"),
    ("fhir.json", "application/fhir+json", b"{", ".fhir.json", "fhir.json"),
    ("tables.zip", "application/zip", b"PK", ".tables.zip", "tables.zip"),
]


@pytest.mark.parametrize(("path", "media", "begins", "ending", "what"), FILES)
def test_each_file_is_noted_and_named_after_nobody(  # noqa: PLR0917 - a row of the table
    client, case_of, desk, path, media, begins, ending, what
):
    browser, case_id = client("reviewer"), case_of("SYN-000001")
    answer = browser.get(f"/case/{case_id}/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert answer.content.startswith(begins)
    assert answer.headers["cache-control"] == "no-store"
    token = case_token(case_id)
    name = answer.headers.get("content-disposition")
    assert name == (ending and f'attachment; filename="case-{token[:12]}{ending}"')
    taken = [each for each in desk.store.audit_entries(token) if each.action == "patient.exported"]
    assert [(each.actor, each.details["what"]) for each in taken] == [(browser.user.id, what)]


@pytest.mark.parametrize("path", [row[0] for row in FILES])
def test_a_viewer_takes_nothing_away(client, case_of, desk, path):
    assert client("viewer").get(f"/case/{case_of('SYN-000001')}/{path}").status_code == 403
    assert not [e for e in desk.store.audit_entries() if e.action == "patient.exported"]


@pytest.mark.parametrize("path", [row[0] for row in FILES])
def test_nothing_leaves_of_a_case_out_of_scope(client, case_of, desk, path):
    browser = client("reviewer", scope={"OTHER"})
    assert browser.get(f"/case/{case_of('SYN-000001')}/{path}").status_code == 404
    assert not [e for e in desk.store.audit_entries() if e.action == "patient.exported"]


def test_the_page_to_print_may_use_its_own_style_and_nothing_else(client, case_of):
    answer = client("reviewer").get(f"/case/{case_of('SYN-000001')}/print")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    )
    assert " style=" not in answer.text


def test_the_page_to_print_says_whether_it_is_signed(client, case_of, desk):
    browser, case_id = client("signer"), case_of("SYN-000001")
    before = words(browser.get(f"/case/{case_id}/print"))
    assert "decision support for professionals: not signed" in before
    decided(desk, case_id, browser.user.id)
    after = words(browser.get(f"/case/{case_id}/print"))
    signed = f"signed by {browser.user.name}, 2026-11-03 08:00 UTC"
    assert f"decision support for professionals: {signed}" in after
    assert f"This interpretation is {signed}." in after
    assert "not signed" not in after


def test_a_refused_interpretation_is_printed_as_refused(client, case_of, desk):
    browser, case_id = client("signer"), case_of("SYN-000001")
    decided(desk, case_id, browser.user.id, accepted=False, reason="another specimen")
    said = words(browser.get(f"/case/{case_id}/print"))
    assert f"This interpretation is refused by {browser.user.name}" in said


# decision on the case | the status of every result in the bundle
STATUSES = [(None, "preliminary"), (True, "final"), (False, "preliminary")]


@pytest.mark.parametrize(("accepted", "status"), STATUSES)
def test_a_bundle_is_final_once_it_is_signed(client, case_of, desk, accepted, status):
    browser, case_id = client("signer"), case_of("SYN-000020")
    if accepted is not None:
        decided(desk, case_id, browser.user.id, accepted=accepted, reason="seen")
    bundle = json.loads(browser.get(f"/case/{case_id}/fhir.json").content)
    kinds = {"DiagnosticReport", "Observation"}
    results = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] in kinds]
    assert len(results) > 25
    assert {each["status"] for each in results} == {status}


def test_the_tables_hold_the_case_and_name_nobody(client, case_of):
    browser, case_id = client("reviewer"), case_of("SYN-000020")
    first, again = (browser.get(f"/case/{case_id}/tables.zip").content for _ in range(2))
    assert first == again
    packed = zipfile.ZipFile(io.BytesIO(first))
    assert sorted(packed.namelist()) == ["cases.csv", "findings.csv", "flags.csv", "markers.csv"]
    text = {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}
    markers = list(csv.DictReader(io.StringIO(text["markers.csv"])))
    assert len(markers) == 25
    said = {row["marker"]: row["status"] for row in markers}
    assert (said["IDH1_MUTATION"], said["KRAS_MUTATION"]) == ("detected", "not_assessed")
    for secret in ("Sigrid", "SYN-000020", "1970-01-01"):
        assert secret not in "".join(text.values())
