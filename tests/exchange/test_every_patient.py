"""The patients of tests/patients, told in every form that leaves the house: nothing gets lost."""

import io
import json
import re
from html import unescape
from typing import Any

import pytest

from exchange.case_page import html
from exchange.case_sheet import sheet
from exchange.csv_tables import CsvTable, read
from exchange.fhir import bundle
from exchange.tabular import TABLES, FlagLine, flag_lines
from pipeline.model import Marker, Status
from pipeline.patient import Interpretation
from tests.patients.telling import interpreted, patients

TOLD = patients()


@pytest.fixture(scope="module")
def all_said() -> list[Interpretation]:
    return [interpreted(each) for each in TOLD]


def test_every_table_comes_back_row_by_row(all_said: list[Interpretation]) -> None:
    assert len(all_said) > 50
    for row, (_, lines) in TABLES.items():
        rows = [line for said in all_said for line in lines(said)]
        out = io.StringIO(newline="")
        CsvTable(out, row).write(rows)
        assert list(read(io.StringIO(out.getvalue(), newline=""), row)) == rows
        assert rows


def test_every_flag_stands_in_the_table(all_said: list[Interpretation]) -> None:
    for said in all_said:
        rows: list[FlagLine] = list(flag_lines(said))
        assert [(each.therapy, each.kind) for each in rows] == [
            (each.therapy, each.kind.value) for each in said.flags
        ]


def test_every_therapy_and_every_marker_stands_on_the_page(
    all_said: list[Interpretation],
) -> None:
    for said in all_said:
        text = words(html(sheet(said, (), said.near_misses)))
        named = {each.therapy for each in (*said.flags, *said.near_misses)}
        named |= {each.regimen for each in said.suggestions}
        named |= {marker.label for marker in Marker} | set(said.notes)
        assert [each for each in sorted(named) if " ".join(each.split()) not in text] == []


def words(page: str) -> str:
    body = page.split("<body>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", body)).split())


def test_every_bundle_is_valid_and_says_what_the_case_says(
    all_said: list[Interpretation],
) -> None:
    pytest.importorskip("fhir.resources")
    for said in all_said:
        resources = [each["resource"] for each in json.loads(bundle(said))["entry"]]
        flags = [each for each in resources if is_of(each, "therapeutic-implication")]
        assert len(flags) == len(said.flags)
        silent = {marker_of(each) for each in resources if "dataAbsentReason" in each}
        assert silent == {
            marker.value
            for marker, state in said.case.markers.items()
            if state.status is Status.NOT_ASSESSED
        } | {each.marker.value for each in said.case.findings if each.status is Status.NOT_ASSESSED}
        absent = {marker_of(each) for each in resources if says(each, "LA9634-2")}
        assert absent <= {
            each.marker.value
            for each in (*said.case.markers.values(), *said.case.findings)
            if each.status is Status.NOT_DETECTED
        }


def is_of(resource: dict[str, Any], profile: str) -> bool:
    return profile in resource.get("meta", {}).get("profile", [""])[0]


def marker_of(resource: dict[str, Any]) -> str:
    codes: list[dict[str, str]] = resource["code"]["coding"]
    return next(each["code"] for each in codes if each["system"] == "urn:x-oncoflag:marker")


def says(resource: dict[str, Any], code: str) -> bool:
    value = resource.get("valueCodeableConcept", {})
    return any(each["code"] == code for each in value.get("coding", []))
