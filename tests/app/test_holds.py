"""What a person reads who has settled whose a held file is."""

import pytest

from app.holds import sentence
from flows.resolve import Decided
from pipeline.model import Identity
from store.resolutions import Resolved

FILE, OTHER = "41ed5e025e26" + 52 * "0", "4d8b7415b29a" + 52 * "0"


@pytest.mark.parametrize(
    ("case", "changed", "displaced", "said"),
    [
        ("C1", ("C1",), None, "41ed5e025e26 is now in case C1; cases made again: C1."),
        (None, (), None, "41ed5e025e26 is held, in no case; no case changed."),
        (
            "C1",
            ("C1", "C2"),
            OTHER,
            (
                "41ed5e025e26 is now in case C1; cases made again: C1, C2. 4d8b7415b29a counted in "
                "its place until now and is held: its results count no longer."
            ),
        ),
    ],
    ids=["joins a case", "refused", "counts instead of another file"],
)
def test_what_became_of_the_file_and_of_the_one_it_replaces(
    case: str | None, changed: tuple[str, ...], displaced: str | None, said: str
) -> None:
    resolved = Resolved(
        report_id=FILE, identity=Identity(), case_id=case, left=None, displaced=displaced
    )
    assert sentence(Decided(resolved=resolved, changed=changed)) == said
