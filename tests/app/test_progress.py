"""How far a work is: lines on a terminal, and nothing where nobody looks."""

import io

import pytest

from app.progress import bar, bars


class Screen(io.StringIO):
    """Standard error of a person who sits there, or of a timer."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("case", "is_terminal", "as_json", "shown"),
    [
        ("a person looks on", True, False, True),
        ("a person wants one document", True, True, False),
        ("a timer", False, False, False),
        ("a program", False, True, False),
    ],
)
def test_parts_of_a_night_are_shown_to_a_person_alone(
    case: str, is_terminal: bool, as_json: bool, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen(is_terminal=is_terminal)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with bars(as_json=as_json) as begin:
        for word, batches in (("reading", 1), ("storing", 1), ("concluding", 3)):
            for _ in range(batches):
                advance = begin(word, 2 * batches)
                advance()
                advance()
    told = screen.getvalue()
    assert bool(told) is shown, case
    last = told.rpartition("concluding")
    for word in ("reading", "storing", "concluding") if shown else ():
        assert word in told
    if shown:
        assert "100%" in last[2], "batches of one part fill one line"


def test_one_part_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(is_terminal=True)
    monkeypatch.setattr("sys.stderr", screen)
    with bar("replaying", 1, as_json=False) as advance:
        advance()
    assert "replaying" in screen.getvalue()
