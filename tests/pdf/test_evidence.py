"""Evidence: each finding of a PDF as a picture of its printed place, and locked files opened."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from parsers import crops
from parsers.child import Job, ReaderPool
from pipeline.errors import UnreadableError
from pipeline.model import ReportStatus

SAMPLES = Path(__file__).parents[2] / "sample_reports"
TYPED = SAMPLES / "05_e_local_panel_rna_failed.pdf"
LOCKED = SAMPLES / "16_l_password.pdf"
OPEN = SAMPLES / "10_a_negative_pertinent.pdf"
VCF = SAMPLES / "20_idh1_r132c.vcf"
PASSWORD = "synthetic"  # noqa: S105 - printed in the specification


def oncoflag(*arguments, folder, **environment):
    """The command as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, arguments)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SAMPLES.parent), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def framed(picture):
    """The box of red dots, and how many dots of ink stand inside it."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    red = [
        (at % image.width, at // image.width)
        for at, tone in enumerate(image.get_flattened_data())
        if tone == crops.RED
    ]
    left, top = min(x for x, _ in red), min(y for _, y in red)
    right, bottom = max(x for x, _ in red), max(y for _, y in red)
    inner = image.crop((left + 4, top + 4, right - 3, bottom - 3)).convert("L")
    return (left, top, right, bottom), sum(tone < 128 for tone in inner.get_flattened_data())


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence")
    done = oncoflag("read", TYPED, VCF, "--evidence", folder / "pictures", "--json", folder=folder)
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    return folder / "pictures", documents


def test_every_finding_of_a_pdf_has_its_picture_and_a_vcf_has_none(typed):
    folder, (report, _) = typed
    letters = report["report"]["sha256"][:16]
    wanted = {f"{letters}-{number:03d}.png" for number in range(1, len(report["findings"]) + 1)}
    assert wanted
    assert {path.name for path in folder.iterdir()} == wanted


def test_pictures_are_for_their_owner_alone(typed):
    folder, _ = typed
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_frame_is_around_printed_words(typed):
    folder, _ = typed
    for path in folder.iterdir():
        (left, top, right, bottom), ink = framed(path.read_bytes())
        assert right - left > 20, path.name
        assert 10 < bottom - top < 120, path.name
        assert ink > 50, f"nothing is printed in the frame of {path.name}"


def test_the_frame_lies_where_the_finding_says(typed):
    folder, (report, _) = typed
    number, source = next(
        (number, finding["source"])
        for number, finding in enumerate(report["findings"], start=1)
        if finding["marker"] == "IDH1_MUTATION"
    )
    name = f"{report['report']['sha256'][:16]}-{number:03d}.png"
    (left, _, right, _), _ = framed((folder / name).read_bytes())
    assert left == pytest.approx(2 * (source["bbox"][0] - 2), abs=4)
    assert right == pytest.approx(2 * (source["bbox"][2] + 2), abs=4)


def test_a_file_that_was_exchanged_is_not_shown(tmp_path):
    path = tmp_path / "report.pdf"
    shutil.copy(TYPED, path)
    with ReaderPool(lanes=1) as pool:
        job = Job(path=path, name=path.name)
        with pytest.raises(UnreadableError, match="changed"):
            pool.pictures(job, [(1, (50.0, 50.0, 90.0, 60.0))], "0" * 64)


# ------------------------------------------------------------------------------ locked reports
def test_a_locked_report_asks_for_its_password(tmp_path):
    done = oncoflag("read", LOCKED, "--json", folder=tmp_path)
    report = json.loads(done.stdout)["report"]
    assert done.returncode == 3
    assert (report["status"], report["code"]) == ("unreadable", "password")
    assert "password is required" in report["reasons"][0]


def test_a_wrong_password_is_no_password(tmp_path):
    done = oncoflag("read", LOCKED, "--password", "wrong-words", "--json", folder=tmp_path)
    assert json.loads(done.stdout)["report"]["code"] == "password"
    assert "wrong-words" not in done.stdout + done.stderr


def said(document):
    """What a document claims, apart from the file's name and hash."""
    found = [
        {key: value for key, value in each.items() if key not in {"source", "sources"}}
        for each in document["findings"]
    ]
    return document["markers"], found, [each["source"]["page"] for each in document["findings"]]


def test_with_its_password_it_says_what_the_open_report_says(tmp_path):
    done = oncoflag("read", LOCKED, OPEN, "--password", PASSWORD, "--json", folder=tmp_path)
    locked, opened = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert said(locked) == said(opened)
    assert PASSWORD not in json.dumps(locked).replace(LOCKED.name, "")


def test_passwords_may_stand_in_a_file(tmp_path):
    (tmp_path / "passwords").write_text("another\n\nsynthetic\n")
    done = oncoflag("read", LOCKED, "--json", folder=tmp_path, ONCOFLAG_PDF_PASSWORDS="passwords")
    assert json.loads(done.stdout)["report"]["status"] == "final"


def test_a_file_of_passwords_that_is_not_there_is_said(tmp_path):
    done = oncoflag("read", LOCKED, folder=tmp_path, ONCOFLAG_PDF_PASSWORDS="nowhere")
    assert done.returncode == 2
    assert "ONCOFLAG_PDF_PASSWORDS" in done.stderr


def test_a_pool_shows_nothing_of_its_passwords(tmp_path):
    with ReaderPool(lanes=1, passwords=(PASSWORD,)) as pool:
        reading = pool.read(Job(path=LOCKED, name=LOCKED.name))
        lane = pool._idle.get_nowait()
        command = Path(f"/proc/{lane._process.pid}/cmdline").read_bytes()
        lane.stop()
    assert reading.report.status is ReportStatus.FINAL
    assert PASSWORD.encode() not in command
