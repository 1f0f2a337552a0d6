"""The small mix of `benchmarks/night.py`: panels, exomes, a genome and twelve-page PDFs in a night.

Every file is read, the account balances, and a night on a Prefect server leaves the same rows.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.mix import SMALL, fill
from tests.faults.dump import differing
from tests.nights.conftest import Lab, Server

pytestmark = pytest.mark.prefect
Make = Callable[..., Lab]


def test_every_file_of_the_small_mix_is_read_either_way(
    lab: Make, server: Server, tmp_path: Path
) -> None:
    inbox = fill(tmp_path / "mix", SMALL)
    plain = lab(inbox=inbox)
    status, said = plain.run("ingest", inbox, "--no-orchestrator", "--json")
    assert status == 0, said
    told = json.loads(said)
    account = told["account"]
    assert (told["read"], told["held"]) == (SMALL.files, [])
    fates = ("done", "held", "quarantined", "waiting", "refused", "set_aside")
    assert account["found"] == sum(account[each] for each in fates)
    assert account["done"] == SMALL.files

    deployed = lab(inbox=inbox)
    said = deployed.flow().communicate(timeout=300)[0]
    assert differing(plain.rows(), deployed.rows()) == [], said
    assert len(deployed.rows()["reports"]) == SMALL.files
