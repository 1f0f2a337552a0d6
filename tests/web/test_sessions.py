"""Who comes in, for how long, and when it ends (R26)."""


def test_a_person_logs_in_and_out(client, anonymous):
    browser = client("reviewer")
    assert browser.get("/password").status_code == 200
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/password").headers["location"] == "/login?next=/password"


def test_cases_of_the_samples_are_there(desk, case_of):
    assert desk.store.case(case_of("SYN-000001"))
