"""Transactions that lose nothing, files that only their owner reads, errors that tell no row."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.errors import InputError, StoreError
from store.engine import connect, read, write
from store.records import open_store
from store.tables import metadata
from tests.store.samples import interpretation, result, sha

ROOT = Path(__file__).parent.parent.parent


def _process(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


TWO_WRITERS = """
import sys
from store.records import open_store
from tests.store.samples import result
url, name = sys.argv[1:]
with open_store(url) as store:
    for number in range(100):
        report = result(f"{name} {number}", accession=f"{name}-{number}")
        # Both write to the same case as well: that row is where they meet.
        store.save_report(report, case_id="c1", hold=None)
"""


def test_two_processes_write_a_hundred_reports_each_and_lose_none(store, url):
    writers = [_process(TWO_WRITERS, url, name) for name in ("left", "right")]
    errors = [writer.communicate(timeout=120)[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0], errors
    assert len(store.report_results("c1")) == 200


SAME_FILES = """
import sys
from store.records import open_store
from tests.store.samples import result
with open_store(sys.argv[1]) as store:
    for number in range(50):
        report = result(f"file {number}", accession=f"A-{number}")
        store.save_report(report, case_id="c1", hold=None)
"""


def test_two_processes_with_the_same_files_store_each_once(store, url, rows):
    writers = [_process(SAME_FILES, url) for _ in range(2)]
    errors = [writer.communicate(timeout=120)[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0], errors
    assert len(rows(url)["reports"]) == 50
    assert len(rows(url)["findings"]) == 150


# For every number on its input: a child that kills itself before that statement of a save, which
# are all the places where a transaction can be cut; then how the child ended.
KILLED = """
import os, signal, sys
import sqlalchemy as sa
from store import engine as door
from store.records import Store
from tests.store.samples import interpretation, result
def save(url, what, cut):
    engine = door.connect(url)
    left = cut
    def strike(*_):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    sa.event.listen(engine, "before_cursor_execute", strike)
    sa.event.listen(engine, "commit", strike)
    if what == "report":
        Store(engine).save_report(result("new", accession="2"), case_id="c1", hold=None)
    else:
        Store(engine).save_case(interpretation(code_version="0.2.0"))
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        save(*sys.argv[1:], int(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.parametrize("what", ["report", "case"])
def test_kill_9_at_every_statement_leaves_all_or_nothing(store, url, rows, what):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    before = rows(url)

    kills = 0
    with _process(KILLED, url, what) as saver:
        while (ended := _cut(saver, kills + 1)) == -signal.SIGKILL:
            kills += 1
            assert rows(url) == before
        saver.stdin.close()

    assert ended == 0
    assert kills >= 8, "the save was not cut at its statements"
    after = rows(url)
    assert len(after["reports"]) == (2 if what == "report" else 1)
    assert len(after["interpretations"]) == (1 if what == "report" else 2)

    # The run again after the night's kills equals a run that was never interrupted.
    if what == "report":
        store.save_report(result("new", accession="2"), case_id="c1", hold=None)
    else:
        store.save_case(interpretation(code_version="0.2.0"))
    assert rows(url) == after


def _cut(saver: subprocess.Popen[str], statement: int) -> int:
    saver.stdin.write(f"{statement}\n")
    saver.stdin.flush()
    return int(saver.stdout.readline())


def test_an_error_inside_a_transaction_leaves_nothing(store, url, rows):
    before = rows(url)
    engine = connect(url)

    def fail(connection):
        connection.execute(sa.insert(metadata.tables["cases"]), {"id": "c1", "stale": False})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(engine, fail)
    engine.dispose()
    assert rows(url) == before


def test_a_reader_does_not_wait_for_a_writer(store, url):
    store.save_report(result(), case_id="c1", hold=None)
    engine = connect(url)
    with engine.begin() as writer:
        writer.execute(sa.update(metadata.tables["cases"]).values(name="changed"))
        assert store.known(sha("one"))
        (row,) = store.cases()
        assert row.label == "Specimen, Synthia"
    engine.dispose()


def test_a_reader_cannot_write_on_postgresql_nor_lock_on_sqlite(store, url):
    engine = connect(url)
    insert = sa.insert(metadata.tables["cases"])
    with read(engine) as one:
        one.execute(sa.select(metadata.tables["cases"])).all()
        write(engine, lambda connection: connection.execute(insert, {"id": "c1", "stale": False}))
        assert one.execute(sa.select(metadata.tables["cases"])).all() == []
    engine.dispose()


@pytest.mark.parametrize(
    ("table", "row", "rule"),
    [
        ("case_reports", {"report_id": "none", "case_id": "none"}, "a report that is stored"),
        ("cases", {"id": "c1", "stale": False, "site": "elbow"}, "a site of the biliary tract"),
        ("intake", {"sha256": "a", "file": "f", "state": "done"}, "a whole hash and a time"),
    ],
)
def test_the_database_itself_refuses(store, url, table, row, rule):
    engine = connect(url)
    with pytest.raises(StoreError):
        write(engine, lambda connection: connection.execute(sa.insert(metadata.tables[table]), row))
    engine.dispose()


def test_sqlite_is_private_durable_and_keeps_its_keys(tmp_path):
    folder = tmp_path / "data"
    with open_store(f"sqlite:///{folder / 'o.db'}") as store:
        store.upgrade()
        store.save_report(result(), case_id="c1", hold=None)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert modes == {"o.db": 0o600, "o.db-wal": 0o600, "o.db-shm": 0o600}
        with store._engine.connect() as connection:
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_an_open_database_file_is_closed_to_others(tmp_path):
    path = tmp_path / "o.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    with open_store(f"sqlite:///{path}"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_was_there_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    with open_store(f"sqlite:///{tmp_path / 'o.db'}"):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("no url", InputError),
        ("mysql://host/db", InputError),
        ("sqlite:////dev/null/o.db", StoreError),
    ],
)
def test_a_database_that_cannot_be_is_a_sentence(url, error):
    with pytest.raises(error):
        open_store(url)


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    (tmp_path / "o.db").write_bytes(b"These are the notes of Tuesday. " * 40)
    with (
        open_store(f"sqlite:///{tmp_path / 'o.db'}") as store,
        pytest.raises(StoreError, match="the file is no database") as refused,
    ):
        store.upgrade()
    assert "Tuesday" not in str(refused.value)


def test_a_full_disk_is_a_sentence_and_keeps_what_was_there(tmp_path):
    url = f"sqlite:///{tmp_path / 'o.db'}"
    with open_store(url) as store:
        store.upgrade()
        before = store.files()

        def fill(connection):
            connection.exec_driver_sql("PRAGMA max_page_count=1")
            connection.exec_driver_sql("CREATE TABLE more AS SELECT zeroblob(1000000) AS zeros")

        with pytest.raises(StoreError, match="the disk is full"):
            write(connect(url), fill)
        assert store.files() == before


def test_a_server_that_is_down_is_a_sentence_without_the_password():
    with (
        open_store("postgresql://someone:hunter2@127.0.0.1:1/none") as store,
        pytest.raises(StoreError) as down,
    ):
        store.cases()
    assert "hunter2" not in str(down.value)
    assert down.value.__cause__ is None


def test_opening_and_reading_needs_no_orm_nor_alembic(tmp_path):
    url = f"sqlite:///{tmp_path / 'o.db'}"
    with open_store(url) as store:
        store.upgrade()
    code = (
        "import sys; from store.records import open_store\n"
        "with open_store(sys.argv[1]) as store: store.upgrade(); store.cases()\n"
        "heavy = {'alembic', 'sqlalchemy.orm', 'pandas', 'prefect'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) or 0)"
    )
    child = _process(code, url)
    _, error = child.communicate(timeout=60)
    assert (child.returncode, error) == (0, "")
