"""What a night does again, and what it does not: only a database that had gone away comes back."""

from pathlib import Path

import pytest

from flows.night import inboxes, patiently
from pipeline.errors import AlreadyRunningError, InputError, OncoflagError, StoreError
from pipeline.settings import Settings

GONE = StoreError("unreachable", "the database refused: unreachable")
STOPPED = StoreError("57P01", "the database refused: 57P01")
STARTING = StoreError("57P03", "the database refused: 57P03")
LOST = StoreError("08006", "the database refused: 08006")
FULL = StoreError("SQLITE_FULL", "the database refused: SQLITE_FULL")
TAKEN_OVER = StoreError("fenced", "another run has taken over")
OTHER = AlreadyRunningError("another run is at work")


@pytest.mark.parametrize(
    ("case", "ends", "tries", "waited"),
    [
        ("all well", [], 1, []),
        ("not there at first", [GONE], 2, [30]),
        ("stopped in the middle, then it starts", [STOPPED, STARTING], 3, [30, 120]),
        ("the line was lost", [LOST], 2, [30]),
        ("away for too long", [GONE, GONE, GONE], 3, [30, 120]),
        ("the disk is full: a person must make room", [FULL], 1, []),
        ("another run took over", [TAKEN_OVER], 1, []),
        ("another run is at work", [OTHER], 1, []),
        ("away, then full", [GONE, FULL], 2, [30]),
    ],
)
def test_what_is_tried_again(
    case: str, ends: list[OncoflagError], tries: int, waited: list[float]
) -> None:
    pauses: list[float] = []
    begun = 0

    def night() -> str:
        nonlocal begun
        begun += 1
        if begun <= len(ends):
            raise ends[begun - 1]
        return "done"

    settings = Settings(retry_seconds=30)
    if len(ends) >= tries:
        with pytest.raises(OncoflagError) as error:
            patiently(settings, night, pauses.append)
        assert error.value is ends[tries - 1], case
    else:
        assert patiently(settings, night, pauses.append) == "done", case
    assert (begun, pauses) == (tries, waited), case


def test_a_night_without_an_inbox_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ONCOFLAG_INBOX", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="ONCOFLAG_INBOX"):
        inboxes(Settings())
