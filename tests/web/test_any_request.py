"""Whatever is sent to whatever route, the service stands: requests drawn from its own schema.

The schema is made for this test alone; the service shows none. Each route is tried with paths as
they are drawn and with the ids of a real case, by somebody who may do everything.
"""

import warnings

import httpx
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode

from app.web import service
from tests.web.test_rights import ROLES, filled

pytestmark = pytest.mark.only("sqlite")
# Ends the session with which everything else is tried.
LEFT_OUT = {"/logout"}


def operations(made):
    with warnings.catch_warnings():
        # Two routes of one room may share a name, which the pages do not mind.
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(made.openapi())
    return [each.ok() for each in schema.get_all_operations() if each.ok().path not in LEFT_OUT]


def try_all(desk, client, case_of, somebody, examples):
    browser = client(*ROLES)
    csrf = browser.csrf()
    case_id = case_of("SYN-000001")
    report = desk.store.case_reports(case_id)[0].result.report.sha256
    known = (case_id, report, somebody("viewer").id)
    tried, broken = 0, set()

    def send(case, path):
        nonlocal tried
        tried += 1
        body = case.body if isinstance(case.body, dict | list | str | bytes) else None
        how = "json" if isinstance(body, list) else "content" if _is_raw(body) else "data"
        try:
            answer = TestClient.request(
                browser,
                case.method,
                path,
                params=case.query or None,
                headers={"X-CSRF": csrf},
                **({how: body} if body is not None else {}),
            )
        except httpx.InvalidURL:  # longer than this client sends: no request was made
            tried -= 1
            return
        if answer.status_code >= 500:
            broken.add((case.method, case.operation.path, answer.status_code))

    for each in operations(service(desk)):
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for mode in modes if each.query or each.body else modes[:1]:

            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=each.as_strategy(generation_mode=mode))
            def drawn(case):
                send(case, case.formatted_path)
                send(case, filled(case.operation.path, *known))

            drawn()
    return tried, broken


def _is_raw(body):
    return isinstance(body, str | bytes)


def test_no_request_breaks_the_service(desk, client, case_of, somebody):
    tried, broken = try_all(desk, client, case_of, somebody, examples=2)
    assert tried > 100
    assert broken == set()


@pytest.mark.long
def test_no_request_of_thousands_breaks_the_service(desk, client, case_of, somebody):
    tried, broken = try_all(desk, client, case_of, somebody, examples=60)
    assert tried > 4000
    assert broken == set()
