"""Fifty canary strings in all that a night is fed: nobody who is told of the night hears one (R21).

A real night through Prefect with everything switched on that tells: artifacts, log, metrics, web
hook and e-mail. Read are Prefect's database byte for byte, its artifacts one by one, and all that
arrived.
"""

import json
import sqlite3
from dataclasses import replace

import pytest

from tests.faults.night import House
from tests.faults.test_canary import EVERY, _command, _found, cage, escaped, house, known
from tests.faults.whole import HELD
from tests.flows.letterbox import hook, post

__all__ = ["cage", "house"]


# What is told does not depend on the kind of our database.
@pytest.mark.only("sqlite")
@pytest.mark.prefect
def test_who_is_told_of_a_night_hears_no_canary(house: House) -> None:
    with hook() as web, post() as office:
        told = {
            "ONCOFLAG_LOG": "json",
            "ONCOFLAG_LOG_FILE": str(house.folder / "night.log"),
            "ONCOFLAG_METRICS_FILE": str(house.folder / "oncoflag.prom"),
            "ONCOFLAG_ALERT_WEBHOOK": web.url,
            "ONCOFLAG_ALERT_MAIL_TO": "ada@example.org",
            "ONCOFLAG_SMTP_HOST": "127.0.0.1",
            "ONCOFLAG_SMTP_PORT": str(office.port),
            "ONCOFLAG_SMTP_SECURITY": "none",
            "ONCOFLAG_WEB_ORIGIN": "https://review.example",
        }
        own = replace(house, environment=house.environment | told)
        done = _command(own, "ingest", house.inbox)
        assert done.status == HELD, done.err
        again = _command(own, "status", "--alert")
        metrics = _command(own, "metrics")
    assert (again.status, again.out) == (0, "nothing is to be told\n")
    assert len(known(house)) >= 40, "the canaries did not come in at all"
    # Everything was told, so that its silence proves something.
    (document,), (letter,) = web.posted, office.letters
    assert document["level"] != "well"
    assert document["held_back_in_all"] >= 6
    assert "held back" in str(letter["Subject"])
    lines = (house.folder / "night.log").read_text().splitlines()
    assert {json.loads(each)["event"] for each in lines} >= {"receive", "read", "store", "conclude"}
    assert (house.folder / "oncoflag.prom").read_text().count("oncoflag_held_files{") >= 2
    pages = _artifacts(house)
    assert set(pages) == {
        "oncoflag-night",
        "oncoflag-held",
        "oncoflag-markers",
        "oncoflag-monitor",
    }
    for said in (*web.bodies, *office.raw, *(each.encode() for each in pages.values())):
        assert _found(said) == []
    assert _found(metrics.out.encode()) == []
    assert escaped(house) == {}, "in Prefect's files, our log, the metrics or a temporary file"


def test_the_search_would_find_one() -> None:
    assert _found(b"..." + EVERY[0] + b"...") == [EVERY[0].decode()]


def _artifacts(house: House) -> dict[str, str]:
    (database,) = house.data.glob("prefect/**/prefect.db")
    with sqlite3.connect(database) as books:
        query = "SELECT key, data || coalesce(description, '') FROM artifact"
        return dict(books.execute(query).fetchall())
