"""Fifty canary strings in all that a night is fed: none is found where no patient belongs (R21).

Searched is every byte a run leaves or makes for a while outside of the database, the kept
originals and the inbox: Prefect's database and storage, logs, temporary files, the anchor,
standard error, arguments of processes. What `ingest`, `cases`, `case`, `export` and `quarantine`
print on standard output is for people who may know the patients; `status`, `audit` and `replay`
print none of it.
"""

import csv
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.conftest import Build
from tests.faults.inbox import SAMPLES, age, stains
from tests.faults.night import ROOT, Ended, House, Stage, Strike
from tests.faults.strikes import family
from tests.faults.whole import HELD

with (Path(__file__).parent / "canaries.csv").open(newline="") as table:
    WHERE = [row["where"] for row in csv.DictReader(table) for _ in range(int(row["count"]))]
CANARIES = {where: [] for where in WHERE}
for number, where in enumerate(WHERE):
    CANARIES[where].append(f"Kanari{number:02}vogel")
EVERY = [each.encode() for some in CANARIES.values() for each in some]
_VCF = (SAMPLES / "20_idh1_r132c.vcf").read_text()


def test_there_are_fifty() -> None:
    assert len(EVERY) == len(set(EVERY)) == 50


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox in which every canary stands."""
    folder = tmp_path_factory.mktemp("cage") / "inbox"
    folder.mkdir()
    of = {where: iter(some) for where, some in CANARIES.items()}
    manifest = ["file,case,mrn,assigning_authority,name,dob,accession,tumour_sample"]
    patients = ["case,mrn,assigning_authority,name,dob,site,stage"]
    for count, name in enumerate(CANARIES["file name"]):
        sample = next(of["sample name of a VCF"], "SYN-26-0220")
        (folder / f"{name}.vcf").write_text(
            _VCF.replace("SYN-26-0220", sample).replace("300\n", f"3{count:02}\n")
        )
        case = next(of["case in the manifest"], "")
        person = next(of["name in the manifest"], "Specimen, Sigrid")
        mrn = next(of["record number in the manifest"], "")
        accession = next(of["accession in the manifest"], "SYN-26-0220")
        manifest.append(
            f'{name}.vcf,{case},{mrn},EXEMPLA,"{person}",1970-01-01,{accession},{sample}-T'
        )
    for name in CANARIES["name on a PDF"]:
        (folder / f"stains{name[6:8]}.pdf").write_bytes(stains("FINAL", "2+", name=name))
    for number, name in enumerate(CANARIES["name in the patients table"]):
        mrn = next(of["record number in the patients table"], "SYN-000099")
        patients.append(f'SYN-CASE-9{number},{mrn},EXEMPLA,"{name}",1950-01-01,distal,IV')
    for name in CANARIES["text of a broken VCF line"]:
        broken = f"{_VCF}2\tnot-a-number-{name}\t.\tG\tA\t.\tPASS\t{name}\n"
        (folder / f"broken{name[6:8]}.vcf").write_text(broken)
    for name in CANARIES["text of a PDF that is cut off"]:
        whole = stains("FINAL", "3+", name=name)
        (folder / f"cut{name[6:8]}.pdf").write_bytes(whole[: len(whole) * 2 // 3])
    sources = CANARIES["source in the findings table"]
    findings = [f"SYN-CASE-90,ERBB2,IHC {n}+,detected,IHC,{s}" for n, s in enumerate(sources, 1)]
    head = "case,gene,alteration,status,method,source"
    for name, lines in (
        ("manifest", manifest),
        ("patients", patients),
        ("findings", [head, *findings]),
    ):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    age(folder)
    return folder


@pytest.fixture
def house(build: Build, cage: Path) -> House:
    """A house whose temporary files, home and caches lie in it."""
    made = build()
    own = {"TMPDIR": str(made.folder / "passing"), "HOME": str(made.folder / "home")}
    for each in own.values():
        Path(each).mkdir()
    return replace(made, inbox=cage, environment=own)


def test_a_night_lets_no_canary_out(stage: Stage, house: House) -> None:
    with watched(house, os.getpid()) as seen:
        ended = stage.night(house, umask=0)
    assert ended.status == HELD, ended.err
    assert len(json.loads(ended.out)["held"]) >= 6, "too little went wrong to prove anything"
    assert len(known(house)) >= 40, "the canaries did not come in at all"
    _clean(ended.err)
    assert seen == set()
    assert escaped(house) == {}
    assert wide_open(house) == {}
    for arguments in (("status",), ("audit", "verify"), ("audit", "show"), ("replay",)):
        said = stage.run(house, *arguments)
        assert "No such command" not in said.err
        _clean(said.err)
        _clean(said.out)
    for arguments in (("quarantine", "list"), ("cases",)):
        _clean(stage.run(house, *arguments).err)
    assert escaped(house) == {}


@pytest.mark.parametrize("commit", [2, 6, 12])
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_driver_says_stays_inside(
    stage: Stage, house: House, commit: int, when: str
) -> None:
    (word,) = CANARIES["text of what a driver raises"]
    own = replace(house, environment=house.environment | {"FAULTS_DRIVER_SAYS": word})
    strike = Strike(door="commit", when=when, nth=commit, act="database_gone")
    ended = stage.night(own, strike=strike, umask=0)
    assert ended.status == 1
    _clean(ended.err)
    assert escaped(house) == {}
    assert wide_open(house) == {}


def test_the_password_of_the_database_stays_inside(stage: Stage, house: House) -> None:
    (word,) = CANARIES["password of the database"]
    own = replace(house, url=f"postgresql://night:{word}@127.0.0.1:1/none")
    for arguments in (
        ("ingest", house.inbox, "--no-orchestrator"),
        ("cases",),
        ("status",),
        ("audit", "verify"),
        ("db", "upgrade"),
        ("db", "backup", house.folder / "backup"),
    ):
        ended = stage.run(own, *arguments)
        assert ended.status in {1, 2}
        _clean(ended.err)
        _clean(ended.out)
    assert escaped(house) == {}


WRONG_TABLES = {
    "a date that is none": ("patients", "dob", "born {}"),
    "a number that is none": ("patients", "ecog", "{}"),
    "a word that is none": ("patients", "site", "{}"),
    "a column that is none": ("patients", "{}", "x"),
    "a share that is none": ("manifest", "tumour_percent", "{}"),
}


@pytest.mark.parametrize("wrong", WRONG_TABLES)
def test_a_wrong_table_leaves_nothing_behind(
    stage: Stage, house: House, tmp_path: Path, wrong: str
) -> None:
    """The sentence quotes the cell, for whoever wrote the table; nothing else keeps it."""
    (word,) = CANARIES["text of what a driver raises"]
    table, column, cell = WRONG_TABLES[wrong]
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "one.vcf").write_text(_VCF)
    first, name = ("file", "one.vcf") if table == "manifest" else ("case", "SYN-CASE-20")
    (inbox / f"{table}.csv").write_text(
        f"{first},{column.format(word)}\n{name},{cell.format(word)}\n"
    )
    ended = stage.night(replace(house, inbox=inbox))
    assert ended.status == 2, ended.err
    assert escaped(house, but=("err-",)) == {}


# Prefect's own files do not depend on our database.
@pytest.mark.only("sqlite")
@pytest.mark.prefect
def test_a_night_with_prefect_lets_no_canary_out(house: House) -> None:
    """The real command, with Prefect's own server, its database and its storage."""
    with watched(house, os.getpid()) as seen:
        done = _command(house, "ingest", house.inbox)
    assert done.status == HELD, done.err
    assert list(house.data.glob("prefect/**/*.db")), "Prefect kept its books elsewhere"
    _clean(done.err)
    assert seen == set()
    assert escaped(house) == {}
    assert wide_open(house) == {}


def _command(house: House, *arguments: object) -> Ended:
    names = ("ONCOFLAG_", "PREFECT_")
    own = {key: value for key, value in os.environ.items() if not key.startswith(names)}
    own |= {"ONCOFLAG_DATA_DIR": str(house.data), "ONCOFLAG_DATABASE_URL": house.url}
    own |= house.environment | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "app.cli", *map(str, arguments)]
    done = subprocess.run(
        ["sh", "-c", 'umask 000; exec "$@"', "sh", *command],
        env=own,
        cwd=house.folder,
        capture_output=True,
        check=False,
        timeout=400,
    )
    return Ended(
        status=done.returncode,
        out=done.stdout.decode(),
        err=done.stderr.decode(),
        reached={},
        seconds=0.0,
    )


def _clean(said: str) -> None:
    assert _found(said.encode()) == [], said


def _found(data: bytes) -> list[str]:
    return [each.decode() for each in EVERY if each in data]


def escaped(house: House, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Files outside of the database and the originals in which a canary stands, or its name."""
    hits = {}
    for path in house.folder.rglob("*"):
        inner = path.relative_to(house.folder).as_posix()
        if _may_know(inner) or not path.is_file() or path.name.startswith(but or "\0"):
            continue
        found = [*_found(os.fsencode(inner)), *_found(path.read_bytes())]
        if found:
            hits[inner] = found
    return hits


def known(house: House) -> set[str]:
    """The canaries that stand in the originals or in what the run printed for people."""
    files = [*house.data.glob("originals/??/*"), *house.folder.glob("out-*")]
    return {word for path in files for word in _found(path.read_bytes())} | {
        word for path in house.inbox.glob("*.csv") for word in _found(path.read_bytes())
    }


def _may_know(inner: str) -> bool:
    # What a command printed for people is looked at where it must not know.
    return inner.startswith(("data/oncoflag.db", "data/originals/", "out-"))


def wide_open(house: House) -> dict[str, str]:
    """What lies in the data directory and is not for its owner alone."""
    return {
        str(path.relative_to(house.folder)): oct(stat.S_IMODE(path.lstat().st_mode))
        for path in (house.data, *house.data.rglob("*"))
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    }


@contextmanager
def watched(house: House, root: int) -> Iterator[set[str]]:
    """Look again and again, while a run goes on, at temporary files and arguments of processes."""
    seen: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.update(_passing(house, root))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _passing(house: House, root: int) -> Iterator[str]:
    for pid in family(root):
        try:
            yield from _found(Path(f"/proc/{pid}/cmdline").read_bytes())
        except OSError:
            continue
    for path in (house.folder / "passing").rglob("*"):
        try:
            yield from _found(os.fsencode(path.name) + path.read_bytes())
        except OSError:
            continue
