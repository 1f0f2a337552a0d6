"""Which files are inputs, and which hand-written row speaks of which file."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from flows.gather import Named, gather
from pipeline.errors import InputError

MANIFEST = "file,sha256,case,accession\n"


def inbox(tmp_path: Path, *names: str) -> Path:
    for name in names:
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "inbox"


def cases(tmp_path: Path, named: Named | None = None) -> dict[str, str | None]:
    jobs = gather([tmp_path / "inbox"], named).jobs
    return {job.name: job.row.case if job.row else None for job in jobs}


def test_every_file_is_an_input_or_known_to_be_something_else(tmp_path: Path) -> None:
    inputs = ["a.vcf", "b.pdf", "c.docx", "no ending", "deep/er/d.vcf.gz", "d.vcf.gz.tbi"]
    others = [
        "manifest.csv", "deep/patients.csv", "findings.csv", "a.case.json", "a.expected.json",
        "make.py", "README.md", ".hidden", ".cache/x.vcf", "__pycache__/make.pyc",
    ]  # fmt: skip
    folder = inbox(tmp_path, *inputs, *others)
    for table in ("manifest.csv", "deep/patients.csv", "findings.csv"):
        (folder / table).write_text("case\n")
    (folder / "a.case.json").write_text("{}")
    assert sorted(job.name for job in gather([folder]).jobs) == sorted(inputs)


def test_a_file_that_is_named_is_an_input_whatever_it_is_called(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "notes.md")
    assert [job.name for job in gather([folder / "notes.md"]).jobs] == ["notes.md"]


def test_what_is_our_own_is_never_read(tmp_path: Path) -> None:
    """A person runs `oncoflag ingest .` where the data directory and the settings lie."""
    folder = inbox(tmp_path, "a.vcf", "data/audit.key", "data/originals/b.vcf", "oncoflag.toml")
    own = (folder / "data", folder / "data" / "originals", folder / "oncoflag.toml")
    gathered = gather([folder], own=own)
    assert [job.name for job in gathered.jobs] == ["a.vcf"]
    told = {each.name: each.aside.code for each in gathered.found if each.aside}
    assert told == {"data": "own", "oncoflag.toml": "own"}
    for each in own:
        with pytest.raises(InputError, match="it is no inbox"):
            gather([each], own=own)


def test_a_file_comes_once(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    assert len(gather([folder, folder / "a.vcf", folder]).jobs) == 1


def test_a_row_speaks_of_the_file_beside_it_alone(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf", "sub/a.vcf", "sub/b.vcf")
    (folder / "manifest.csv").write_text(f"{MANIFEST}a.vcf,,ONE,\nsub/b.vcf,,TWO,\n")
    (folder / "sub" / "manifest.csv").write_text(f"{MANIFEST}a.vcf,,THREE,\n")
    assert cases(tmp_path) == {"a.vcf": "ONE", "sub/a.vcf": "THREE", "sub/b.vcf": "TWO"}


def test_a_table_that_is_named_may_stand_elsewhere(tmp_path: Path) -> None:
    inbox(tmp_path, "a.vcf")
    (tmp_path / "own.csv").write_text(f"{MANIFEST}a.vcf,,ONE,\n")
    assert cases(tmp_path, Named(manifest=tmp_path / "own.csv")) == {"a.vcf": "ONE"}


def test_a_row_may_name_the_bytes_instead_of_the_file(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf", "b.vcf")
    digest = hashlib.sha256(b"b.vcf").hexdigest()
    (folder / "manifest.csv").write_text(f"{MANIFEST},{digest.upper()},ONE,\n")
    assert cases(tmp_path) == {"a.vcf": None, "b.vcf": "ONE"}


@pytest.mark.parametrize("sidecar", ["a.case.json", "a.vcf.gz.case.json"])
def test_a_sidecar_is_one_row(tmp_path: Path, sidecar: str) -> None:
    folder = inbox(tmp_path, "a.vcf.gz", "b.vcf")
    row = {"case": "ONE", "mrn": "00042", "tumour_percent": 40, "accession": None}
    (folder / sidecar).write_text(json.dumps(row))
    job = next(job for job in gather([folder]).jobs if job.name == "a.vcf.gz")
    assert job.row is not None
    assert (job.row.case, job.row.identity.mrn) == ("ONE", "00042")
    assert (job.row.tumour_percent, job.row.identity.accession) == (40, None)
    assert cases(tmp_path)["b.vcf"] is None


@pytest.mark.parametrize(
    ("sidecar", "told"),
    [
        ("[", "a.case.json: this is not JSON"),
        ("[" * 100_000, "a.case.json: this is not JSON"),
        ("[]", "a.case.json: this must be one object"),
        ('{"diagnosis": "x"}', "a.case.json: column not known: diagnosis"),
    ],
)
def test_a_wrong_sidecar_is_named(tmp_path: Path, sidecar: str, told: str) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "a.case.json").write_text(sidecar)
    with pytest.raises(InputError, match=told):
        gather([folder])


@pytest.mark.parametrize("name", ["manifest.csv", "patients.csv", "findings.csv", "a.case.json"])
def test_a_table_that_is_a_link_is_not_followed(tmp_path: Path, name: str) -> None:
    """It could show any file of the machine, and its first line in an error."""
    folder = inbox(tmp_path, "a.vcf")
    (tmp_path / "secret").write_text("a secret line\n")
    (folder / name).symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="a link is not followed") as told:
        gather([folder])
    assert "secret line" not in str(told.value)


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("egoc", "column not known: egoc;"),
        ("file;mrn", "column not known: file;mrn;"),
        ("MRN", "column not known: MRN;"),
        ('case,"Specimen, Synthia"', "column not known: the one at place 2;"),
        ("SYN-000001,case", "column not known: the one at place 1;"),
        (",case", "column not known: the one at place 1;"),
    ],
)
def test_a_heading_is_named_and_a_person_is_not(tmp_path: Path, first: str, told: str) -> None:
    """A table without its heading begins with a patient: the error goes into the log of a night."""
    folder = inbox(tmp_path, "a.vcf")
    (folder / "patients.csv").write_text(f"{first}\n")
    with pytest.raises(InputError, match=told):
        gather([folder])


def test_a_table_of_any_size_is_not_read(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    with (folder / "manifest.csv").open("wb") as table:
        table.truncate(1 << 40)
    with pytest.raises(InputError, match=r"manifest\.csv: a table of more than"):
        gather([folder])


def test_two_rows_for_one_file_are_refused(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "manifest.csv").write_text(f"{MANIFEST}a.vcf,,ONE,\na.vcf,,TWO,\n")
    with pytest.raises(InputError, match=r"a\.vcf has 2 manifest rows"):
        gather([folder])


def test_what_the_manifest_names_and_nobody_brought_is_told(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "manifest.csv").write_text(f"{MANIFEST}a.vcf,,ONE,\nlate.vcf,,TWO,\n")
    assert gather([folder]).absent == ("late.vcf",)


def test_a_wrong_table_is_named_with_its_row(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "patients.csv").write_text("case,ecog\nONE,1\nTWO,9\n")
    with pytest.raises(InputError, match=r"patients\.csv: row 3, column ecog"):
        gather([folder])


def test_a_table_that_is_not_text_is_named(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "findings.csv").write_bytes(b"case\n\xff\xfe")
    with pytest.raises(InputError, match=r"findings\.csv: this is not UTF-8"):
        gather([folder])


def test_links_and_pipes_in_a_folder_are_left_for_the_reader_to_refuse(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "link.vcf").symlink_to(folder / "a.vcf")
    os.mkfifo(folder / "pipe")
    (folder / "manifest.csv").write_text(f"{MANIFEST},{'a' * 64},ONE,\n")
    names = [job.name for job in gather([folder]).jobs]
    assert names == ["a.vcf", "link.vcf", "pipe"], "and looking for a hash does not block"


def test_a_name_is_text_whatever_its_bytes(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / os.fsdecode(b"\xff\x1b.vcf")).write_text("x")
    assert all(job.name.isprintable() for job in gather([folder]).jobs)


def test_an_empty_folder_is_no_fault_a_missing_one_is(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert gather([tmp_path / "empty"]).jobs == ()
    with pytest.raises(InputError, match="no such file or directory"):
        gather([tmp_path / "gone"])


def test_a_name_too_long_for_a_sidecar_is_a_file_like_any_other(tmp_path: Path) -> None:
    name = "n" * 251 + ".vcf"
    folder = inbox(tmp_path, name, "a.vcf")
    assert [job.name for job in gather([folder]).jobs] == ["a.vcf", name]


def test_links_that_lead_nowhere_or_to_themselves_are_inputs(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "itself.pdf").symlink_to("itself.pdf")
    (folder / "nowhere.pdf").symlink_to("gone.pdf")
    (folder / "folder").symlink_to(".")
    names = [job.name for job in gather([folder]).jobs]
    assert names == ["a.vcf", "folder", "itself.pdf", "nowhere.pdf"]


def test_a_row_does_not_follow_a_link(tmp_path: Path) -> None:
    folder = inbox(tmp_path, "a.vcf")
    (folder / "link.vcf").symlink_to("a.vcf")
    (folder / "manifest.csv").write_text(f"{MANIFEST}a.vcf,,ONE,\n")
    assert cases(tmp_path) == {"a.vcf": "ONE", "link.vcf": None}


@pytest.mark.parametrize("name", ["gone.vcf", "x" * 300, "line\nbreak", "itself.pdf"])
def test_what_is_not_there_is_named_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "itself.pdf").symlink_to("itself.pdf")
    with pytest.raises(InputError, match=r"^no such file or directory: [^\n]+$"):
        gather([tmp_path / name])
