"""One click from a finding to the words it rests on, and nothing of a file that can act."""

import hashlib
import io
import re
from html import unescape

import pytest
from PIL import Image

from store.audit import case_token

pytestmark = pytest.mark.only("sqlite")
RED = (200, 0, 0)


def words(answer):
    body = re.sub(r"<head>.*?</head>", " ", answer.text, flags=re.DOTALL)
    plain = unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r" ([.,;:)])", r"\1", " ".join(plain.split()))


def sources(browser, case_id):
    """The paths of evidence on the page of a case, with the words that lead there."""
    page = browser.get(f"/case/{case_id}").text
    found = re.findall(r'<figcaption><q[^>]*>(.*?)</q> <a href="([^"]+)">', page)
    return {unescape(text): path for text, path in found}


def test_a_finding_of_a_pdf_leads_to_its_page_with_the_very_words_framed(client, case_of):
    browser = client("viewer")
    path = sources(browser, case_of("SYN-000001"))["FGFR2-BICC1 fusion"]
    said = words(browser.get(path))
    for text in (
        "FGFR2 fusion FGFR2::BICC1",
        "What is printed FGFR2-BICC1 fusion 01_a_fgfr2_fusion_twocolumn.pdf, page 1",
        "● detected",
        "In its words FGFR2-BICC1 fusion",
        "Basis printed",
        "A red frame stands around the very words.",
    ):
        assert text in said
    picture = browser.get(f"{path}/page.png")
    assert picture.headers["content-type"] == "image/png"
    shown = Image.open(io.BytesIO(picture.content)).convert("RGB")
    # The page of the sample is Letter, 612 x 792 points, 1.6 dots a point.
    assert shown.size == pytest.approx((979, 1267), abs=2)
    box = framed(shown)
    # The words stand right of the middle column, in the upper third (see the picture).
    assert shown.width * 0.45 < box[0] < box[2] < shown.width * 0.7
    assert shown.height * 0.1 < box[1] < box[3] < shown.height * 0.3


def framed(picture):
    """Left, top, right, bottom of what is red."""
    wide = picture.width
    places = [at for at, dot in enumerate(picture.get_flattened_data()) if dot == RED]
    across, down = [at % wide for at in places], [at // wide for at in places]
    return min(across), min(down), max(across), max(down)


def test_the_picture_beside_a_finding_is_a_strip_of_the_page(client, case_of):
    browser = client("viewer")
    path = sources(browser, case_of("SYN-000001"))["FGFR2-BICC1 fusion"]
    strip = Image.open(io.BytesIO(browser.get(f"{path}/crop.png").content))
    assert strip.width > 1000
    assert strip.height < 250


# field | its value | what the page says it means
FIELDS = [
    ("POS", "209113113", "position on it, counted from 1"),
    ("FILTER", "PASS", "every filter was passed"),
    ("AD", "207,93", "Reads per allele"),
    ("AF", "0.31", "Fraction of reads"),
    ("DP", "300", "Depth"),
]


def test_a_finding_of_a_vcf_leads_to_its_line_field_by_field(client, case_of):
    browser = client("viewer")
    found = sources(browser, case_of("SYN-000020"))
    path = next(path for text, path in found.items() if "209113113" in text)
    answer = browser.get(path)
    said = words(answer)
    assert "Sample SYN-26-0220-T Field Value" in said
    assert [row for row in FIELDS if " ".join(row) not in said] == []
    assert "Line 16 as it stands in the file" in said
    assert "A red frame" not in said
    assert browser.get(f"{path}/page.png").status_code == 404


def test_an_original_leaves_as_an_attachment_that_nothing_opens(client, case_of, desk, night):
    browser, case_id = client("viewer"), case_of("SYN-000001")
    stored = desk.store.case_reports(case_id)
    report = next(each for each in stored if each.result.report.kind == "pdf")
    answer = browser.get(f"/case/{case_id}/original/{report.report_id}")
    assert hashlib.sha256(answer.content).hexdigest() == report.result.report.sha256
    name = f"report-{report.report_id[:12]}.pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    looks = {each.subject for each in desk.store.audit_entries() if each.actor == browser.user.id}
    assert {case_token(case_id), report.report_id} <= looks


def test_an_original_that_was_changed_on_the_disk_is_refused(client, case_of, desk, night):
    browser, case_id = client("viewer"), case_of("SYN-000001")
    key = desk.store.case_reports(case_id)[0].report_id
    kept = night.folder / "originals" / key[:2] / key
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b" ")
    answer = browser.get(f"/case/{case_id}/original/{key}")
    assert answer.status_code == 409
    assert "is not what was read" in words(answer)


def test_an_original_that_is_not_kept_leaves_the_page_whole(client, case_of, desk, night):
    browser, case_id = client("viewer"), case_of("SYN-000020")
    path = next(iter(sources(browser, case_id).values()))
    key = desk.store.case_reports(case_id)[0].report_id
    (night.folder / "originals" / key[:2] / key).unlink()
    said = words(browser.get(path))
    assert "What is printed 2 209" in said
    assert "The original of this report is not kept." in said
    assert browser.get(f"/case/{case_id}/original/{key}").status_code == 404


def test_a_report_of_another_case_is_not_shown_under_this_one(client, case_of, desk):
    browser, one, other = client("viewer"), case_of("SYN-000001"), case_of("SYN-000020")
    key = desk.store.case_reports(other)[0].report_id
    for path in (f"evidence/{key}/0", f"evidence/{key}/0/page.png", f"original/{key}"):
        assert browser.get(f"/case/{one}/{path}").status_code == 404, path
        refused = client("viewer", scope={"OTHER"}).get(f"/case/{other}/{path}")
        assert refused.status_code == 404, path


# path under a case | what it is
ODD = [
    ("evidence/{key}/9999", "a number that no finding has"),
    ("evidence/{key}/-1", "a number below zero"),
    ("evidence/{key}/x", "no number"),
    ("evidence/unknown/0", "no report"),
    ("original/..%2F..%2Foncoflag.db", "a way out of the directory"),
    ("original/%00", "nothing that is a name"),
    ("original/{key}%3Ax", "a part of a table that is none"),
]


@pytest.mark.parametrize(("path", "what"), ODD, ids=[row[1] for row in ODD])
def test_what_is_not_there_is_refused(client, case_of, desk, path, what):
    case_id = case_of("SYN-000020")
    key = desk.store.case_reports(case_id)[0].report_id
    answer = client("viewer").get(f"/case/{case_id}/{path.format(key=key)}")
    assert answer.status_code in {404, 422}, what


def test_pictures_are_kept_in_memory_and_the_oldest_go_first(monkeypatch):
    from app.web import gallery  # noqa: PLC0415

    monkeypatch.setattr(gallery, "_KEPT_BYTES", 10)
    kept = gallery._Kept()
    for name in ("a", "b"):
        kept.put(name, b"1234")
    assert kept.get("a") == b"1234"
    kept.put("c", b"1234")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"1234", None, b"1234")
    kept.put("too large", b"12345678901")
    assert kept.get("too large") is None
