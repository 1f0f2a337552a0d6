"""Log lines: one a step, in JSON or in words, never a name and never the text of an error."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows.logs import SILENT, Log, opened
from flows.run import plain
from flows.work import Work
from pipeline.errors import InputError
from store.records import Store

MANIFEST = (Path(__file__).parents[2] / "sample_reports" / "manifest.csv").read_text()
NAME = "Specimen, Synthia (b. 1961)"


def test_a_night_is_a_line_a_step(
    work: Callable[..., Work], inbox: Callable[..., Path], tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "night.log"
    with opened("json", path) as log:
        done = plain(replace(work(inbox("20_idh1_r132c.vcf", manifest=MANIFEST)), log=log))
    lines = [json.loads(each) for each in path.read_text().splitlines()]
    assert [each["event"] for each in lines] == [
        "receive",
        "read",
        "store",
        "conclude",
        "account",
    ]
    assert {each["run"] for each in lines} == {done.run}
    assert all(each["at"].endswith("Z") for each in lines)
    assert all(each["seconds"] >= 0 for each in lines if each["event"] != "account")
    assert lines[1]["files"] == lines[1]["readable"] == 1
    assert (lines[4]["found"], lines[4]["done"], lines[4]["set_aside"]) == (2, 1, 1)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_name_and_no_text_of_an_error(form: str, tmp_path: Path) -> None:
    path = tmp_path / "one.log"

    def fail(log: Log) -> None:
        with log.step("store", reports=3) as step:
            step.found(held=1)
            raise ValueError(NAME)

    with opened(form, path) as log:
        log.say("read", file=NAME, code="damaged")
        with pytest.raises(ValueError, match="Synthia"):
            fail(log)
    told = path.read_text()
    assert "Synthia" not in told
    assert "1961" not in told
    assert all(word in told for word in ("damaged", "ValueError", "test_logs", "left out"))


def test_in_words_a_line_is_read_by_eye(tmp_path: Path) -> None:
    with opened("text", tmp_path / "one.log") as log:
        log.of(run="0c9a").say("read", files=3)
    line = (tmp_path / "one.log").read_text()
    assert line.startswith("at=20")
    assert line.endswith("event=read run=0c9a files=3\n")


def test_runs_add_to_one_file(tmp_path: Path) -> None:
    for number in range(2):
        with opened("json", tmp_path / "one.log") as log:
            log.say("account", found=number)
    assert len((tmp_path / "one.log").read_text().splitlines()) == 2


def test_a_log_that_is_off_or_full_stops_nothing(tmp_path: Path) -> None:
    with opened("off", tmp_path / "none.log") as log:
        log.say("read", files=3)
    assert not (tmp_path / "none.log").exists()
    with opened("json", Path("/dev/full")) as log:
        log.say("read", files=3)
    SILENT.say("read")


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="ONCOFLAG_LOG_FILE cannot be written"),
        opened("json", tmp_path / "no" / "such" / "place.log"),
    ):
        pass
