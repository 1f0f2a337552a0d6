"""What leaves the house by command: whole files, for their owner alone, of what is stored."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exchange.csv_tables import ENCODING, read
from exchange.tabular import TABLES, CaseLine, FlagLine, MarkerLine
from pipeline.model import Marker
from tests.app.conftest import command_in

SAMPLES = Path(__file__).parents[2] / "sample_reports"
CASE = "SYN-CASE-20"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the case of one VCF and its clinical context."""
    folder = tmp_path_factory.mktemp("filled")
    inbox = folder / "inbox"
    inbox.mkdir()
    for name in ("20_idh1_r132c.vcf", "manifest.csv", "patients.csv"):
        shutil.copy(SAMPLES / name, inbox / name)
    command_in(folder)("ingest", inbox, "--no-orchestrator", "--json")
    assert (folder / "data").is_dir()
    return folder


@pytest.fixture
def asked(filled: Path, oncoflag: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: object) -> Any:
        return oncoflag(*arguments, ONCOFLAG_DATA_DIR=str(filled / "data"))

    return run


def rows(path: Path, kind: type[Any]) -> list[Any]:
    with path.open(encoding=ENCODING, newline="") as text:
        return list(read(text, kind))


def test_a_case_is_written_in_every_form(asked: Any, tmp_path: Path) -> None:
    done = asked(
        "case", CASE, "--fhir", tmp_path / "c.json", "--html", tmp_path / "c.html",
        "--csv", tmp_path / "c.csv", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    names = ["c.json", "c.html", "c.cases.csv", "c.markers.csv", "c.findings.csv", "c.flags.csv"]
    assert told["files"] == [str(tmp_path / name) for name in names]
    assert (told["case"], told["stale"]) == (CASE, False)
    for name in names:
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert json.loads((tmp_path / "c.json").read_text("utf-8"))["resourceType"] == "Bundle"
    assert "p.R132C" in (tmp_path / "c.html").read_text("utf-8")
    (case,) = rows(tmp_path / "c.cases.csv", CaseLine)
    assert case.detected == ("IDH1_MUTATION",)
    assert [each.therapy for each in rows(tmp_path / "c.flags.csv", FlagLine)] == ["ivosidenib"]


def test_a_pdf_is_a_pdf(asked: Any, tmp_path: Path) -> None:
    done = asked("case", CASE, "--pdf", tmp_path / "c.pdf")
    if done.returncode == 2 and "PDF needs" in done.stderr:
        pytest.skip(f"NO PDF WAS DRAWN: {done.stderr}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF-")


def test_all_cases_are_tables(asked: Any, tmp_path: Path) -> None:
    done = asked("export", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cases"] == 1
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    found = {path.name for path in (tmp_path / "out").iterdir()}
    assert found == {f"{name}.csv" for name, _ in TABLES.values()}
    markers = rows(tmp_path / "out" / "markers.csv", MarkerLine)
    assert [each.marker for each in markers] == [each.value for each in Marker]
    text = "".join(path.read_text(ENCODING) for path in (tmp_path / "out").iterdir())
    assert "Sigrid" not in text
    assert "SYN-000020" not in text


def test_all_cases_are_parquet_too(asked: Any, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert asked("export", tmp_path, "--parquet").returncode == 0
    assert parquet.read_table(tmp_path / "cases.parquet").num_rows == 1
    assert parquet.read_table(tmp_path / "markers.parquet").num_rows == len(Marker)


def test_an_export_again_takes_the_place_of_the_first(asked: Any, tmp_path: Path) -> None:
    for _ in range(2):
        assert asked("export", tmp_path).returncode == 0
    assert len(list(tmp_path.iterdir())) == len(TABLES)


WRONG = [
    (("case", "no-such-case", "--fhir", "x.json"), "no interpreted case"),
    (("case", CASE, "--fhir", "no/such/folder/x.json"), "cannot be written there"),
    (("case", CASE, "--csv", "no/such/folder/x.csv"), "cannot be written there"),
    (("export", "file/out"), "cannot be written there"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_cannot_be_written_is_one_sentence(
    asked: Any, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    done = asked(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
