"""Reports, tables, names and forms that try to act: nothing of them acts in a browser or leaves.

`payloads.csv` is written by us. Each stands in the INFO and the FORMAT of a VCF, in the header that
explains them, and in the text of a PDF as far as its font can print it; some in sample names, file
names, `manifest.csv` and `patients.csv`, and in what a person types into forms.
"""

import csv
import io
import re
import sys
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.forms import send
from tests.web.conftest import SAMPLES, Night, fill

pytestmark = pytest.mark.only("sqlite")

COUNT = 200
TYPED = 12
# Pages of signs alone are held as unreliable text: each text stands in a sentence.
TRIAL = "Phase 2, open to adults with advanced cholangiocarcinoma"
PROSE = "A study of an inhibitor in patients who were treated before with one line of therapy:"
LOOK = """() => {
  const all = [...document.querySelectorAll('*')];
  const acts = all.flatMap((each) => [...each.attributes]
    .filter((one) => one.name.startsWith('on')
      || ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(one.name)
      && /^\\s*(javascript|vbscript|data):/i.test(one.value))
    .map((one) => `${each.tagName} ${one.name}=${one.value}`));
  const strange = all.filter((each) => each.matches(
    'iframe, object, embed, base, style, template, noscript, math, marquee, video, audio, '
    + 'script:not([src^="/static/"]), link:not([href^="/static/"]), meta[http-equiv]'))
    .filter((each) => !(location.pathname.endsWith('/print') && each.matches('head > style')))
    .map((each) => each.outerHTML.slice(0, 200));
  return {hit: window.__hit ?? null, acts, strange, text: document.body.innerText};
}"""


def payloads() -> list[str]:
    with Path(__file__).with_name("payloads.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hidden = {"direction"}
    return [
        row["payload"].encode().decode("unicode_escape")
        if row["kind"] in hidden
        else row["payload"]
        for row in rows
    ]


def _vcf(folder: Path, texts: list[str]) -> None:
    """The IDH1 sample, every text in its header, in the INFO, the FORMAT and the ID of its line."""
    lines = (SAMPLES / "20_idh1_r132c.vcf").read_text().splitlines()
    bare = [re.sub(r"[\s;=,]", "_", text) for text in texts]
    told = [
        f'##INFO=<ID=P{at},Number=1,Type=String,Description="{_quoted(text)}">'
        for at, text in enumerate(texts)
    ]
    told += [each.replace("##INFO=<ID=P", "##FORMAT=<ID=F") for each in told]
    body = []
    for line in lines:
        cells = line.split("\t")
        if line.startswith("#CHROM"):
            cells[9] = bare[1]  # the name of the normal sample
        if line.startswith("2\t209113113"):
            cells[2] = bare[0]
            cells[7] = ";".join(f"P{at}={text}" for at, text in enumerate(bare))
            typed = [text.replace(":", "_") for text in bare]
            cells[8] = ":".join((cells[8], *(f"F{at}" for at in range(len(typed)))))
            cells[9:] = [":".join((cell, *typed)) for cell in cells[9:]]
        body.append("\t".join(cells))
    at = next(number for number, line in enumerate(body) if line.startswith("#CHROM"))
    (folder / NAMES["vcf"]).write_text("\n".join([*body[:at], *told, *body[at:]]) + "\n")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")


NAMES = {
    "vcf": "=1+1 <img src=x onerror=window.__hit=1>.vcf",
    "pdf": "'\"><svg onload=window.__hit=1>.pdf",
}


def _pdf(folder: Path, texts: list[str]) -> None:
    """The fusion sample, its patient, its facts and its prose made of the texts."""
    sys.path.insert(0, str(SAMPLES))
    try:
        import family_a as family  # noqa: PLC0415 - the layouts of the samples stand in no package
        import sample_01 as sample  # noqa: PLC0415
    finally:
        sys.path.remove(str(SAMPLES))
    latin = [each for each in texts if each.isascii() and each.isprintable()]
    third = (
        sample.PANEL[1][0],
        tuple(
            (label, text[:60]) for (label, _), text in zip(sample.PANEL[1][1], latin, strict=False)
        ),
    )
    parts = [latin[at : at + 6] for at in range(0, len(latin), 6)]
    pages: list[Any] = [lambda sheet: _first(sheet, family, sample, third, latin)]
    pages += [
        partial(
            family.entries,
            title="CLINICAL TRIALS",
            pieces=tuple((TRIAL, f"{PROSE} {one}") for one in part),
        )
        for part in parts
    ]
    pages += [partial(family.variant_grid, cells=sample.VARIANTS), family.gene_lists]
    frame = sample.FRAME.__class__(**{**vars(sample.FRAME), "pages": len(pages)})
    family.document(folder / NAMES["pdf"], latin[0], frame, tuple(pages))


def _first(sheet: Any, family: Any, sample: Any, physician: Any, latin: list[str]) -> None:
    family.panel(sheet, (sample.PANEL[0], physician, sample.PANEL[2]))
    family.results(sheet, sample.RESULTS)


def _tables(folder: Path, texts: list[str]) -> None:
    """Both patients with texts for what is free text in the two tables."""
    manifest = _rows("manifest.csv")
    kept = []
    for row in manifest:
        if row["file"] == "20_idh1_r132c.vcf":
            kept.append(row | {"file": NAMES["vcf"], "name": texts[0]})
        if row["file"] == "01_a_fgfr2_fusion_twocolumn.pdf":
            kept.append(row | {"file": NAMES["pdf"]})
    _written(folder / "manifest.csv", kept)
    people = []
    for row in _rows("patients.csv"):
        if row["mrn"] == "SYN-000020":
            free = {"name": texts[0], "histology": "=1+1", "prior_agents": texts[2]}
            people.append(row | free)
        if row["mrn"] == "SYN-000001":
            free = {"histology": texts[1], "prior_agents": "=HYPERLINK(1); @SUM(1)"}
            people.append(row | free)
    _written(folder / "patients.csv", people)


def _rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _written(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def sqlite_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """In place of the night of the samples: one of what tries to act."""
    folder = tmp_path_factory.mktemp("hostile-night")
    inbox = folder / "inbox"
    inbox.mkdir()
    texts = payloads()
    _vcf(inbox, texts)
    _pdf(inbox, texts)
    _tables(inbox, texts)
    return fill(folder, f"sqlite:///{folder}/oncoflag.db")


def look(page: Page, path: str) -> str:
    """Open a page, hold it to what no page may do, and give its text."""
    page.goto(path)
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => each.open = true)")
    seen = page.evaluate(LOOK)
    assert (seen["hit"], seen["acts"], seen["strange"]) == (None, [], []), path
    text = str(seen["text"])
    unseen = {each for each in text if not each.isprintable() and each not in "\n\t\xa0"}
    assert unseen == set(), (path, unseen)
    return text


def test_the_list_is_long_enough():
    assert len(set(payloads())) >= COUNT


def test_what_a_report_says_never_acts_in_a_page(opened, desk):
    page = opened("signer", "admin", "auditor", "knowledge_manager")
    shown = [look(page, path) for path in ("/", "/?review=all", "/holds", "/monitor", "/audit")]
    shown += [look(page, path) for path in ("/monitor/cohort", "/monitor/accuracy", "/users")]
    cases = [each.id for each in desk.store.cases()]
    assert len(cases) == 2, "the reports were not taken"
    for case in cases:
        for end in ("", "/decide", "/context", "/correct", "/assign", "/print"):
            shown.append(look(page, f"/case/{case}{end}"))
        page.goto(f"/case/{case}")
        links = page.locator("a[href*='/evidence/']")
        paths = {str(each.get_attribute("href")) for each in links.all()}
        shown += [look(page, path) for path in sorted(paths)]
    whole = "\n".join(shown)
    reached = [each for each in payloads() if re.sub(r"[\s;=,]", "_", each)[:40] in whole]
    assert len(reached) > COUNT // 2, "the texts did not reach the pages: nothing was tried"


def test_no_cell_that_leaves_the_house_is_a_formula(opened, desk):
    page = opened("signer")
    cells = []
    for case in desk.store.cases():
        told = page.request.get(f"/case/{case.id}/tables.zip")
        assert told.ok
        with zipfile.ZipFile(io.BytesIO(told.body())) as tables:
            for name in tables.namelist():
                text = tables.read(name).decode("utf-8-sig")
                cells += [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    acts = [each for each in cells if each.lstrip().startswith(("=", "+", "-", "@", "＝"))]
    assert acts == []
    assert any("=1+1" in each for each in cells), "no formula reached a cell: nothing was tried"


def test_what_is_typed_into_forms_never_acts(opened, case_of):
    page = opened("reviewer")
    case = case_of("SYN-000001")
    texts = payloads()
    for text in texts[:: len(texts) // TYPED]:
        page.goto(f"/case/{case}/decide")
        page.get_by_label("refuse it").check()
        page.get_by_label("Reason").fill(text + " .")
        send(page, "Keep my opinion")
        expect(page.locator(".standing")).to_be_visible()
    for text in texts[:5]:
        page.goto("/?who=nobody")
        page.get_by_label("Keep these filters as").fill(text[:60])
        send(page, "Keep")
        page.goto("/")
        page.get_by_text("Find a patient").click()
        page.get_by_label("Record number").fill(text)
        send(page, "Find")
        seen = page.evaluate(LOOK)
        assert (seen["hit"], seen["acts"], seen["strange"]) == (None, [], [])
    whole = "\n".join(look(page, path) for path in ("/", f"/case/{case}", f"/case/{case}/decide"))
    assert texts[0] in whole
