"""An id in a path that no database would take is an unknown id, on both databases."""

import pytest

# path | what it is
ODD = [
    ("/case/%00", "a case called NUL"),
    ("/case/a%0Ab", "a case with a line end"),
    ("/case/{case}/original/%00", "a report called NUL"),
    ("/case/{case}/evidence/%ED%A0%80/0", "half a surrogate pair"),
]


@pytest.mark.parametrize(("path", "what"), ODD, ids=[row[1] for row in ODD])
def test_an_odd_id_is_an_unknown_id(client, case_of, path, what):
    answer = client("viewer").get(path.format(case=case_of("SYN-000020")))
    assert answer.status_code == 404, what
