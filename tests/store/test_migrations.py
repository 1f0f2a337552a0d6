"""The revisions make the tables that the code expects, and go up and down with data in them."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.errors import StoreError
from store.engine import connect
from store.migrations import back_to, to_head
from store.records import open_store
from store.tables import HEAD, metadata
from tests.store.samples import decision, interpretation, result


def test_head_is_the_newest_revision():
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_revisions_make_the_tables_of_the_code(store, url):
    engine = connect(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_checks_and_indexes_are_those_of_the_code(tmp_path):
    """Alembic compares no checks: the text of every table must be the same."""
    made, drawn = (f"sqlite:///{tmp_path / name}" for name in ("made.db", "drawn.db"))
    with open_store(made) as store:
        store.upgrade()
    engine = connect(drawn)
    metadata.create_all(engine)
    engine.dispose()
    assert _statements(made) == _statements(drawn)


def _statements(url):
    engine = connect(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') "
            "AND sql IS NOT NULL AND name <> 'alembic_version'"
        ).all()
    engine.dispose()
    return {name: sorted(re.split(r",\s*\n|\n\)", sql)) for name, sql in found}


@pytest.mark.parametrize("down_to", ["base", "0001"])
def test_down_and_up_with_data(store, url, rows, down_to):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    store.record_decision(decision())
    before = rows(url)

    engine = connect(url)
    back_to(engine, down_to)
    left = set(sa.inspect(engine).get_table_names())
    assert ("reports" in left, "cases" in left) == (down_to == "0001", False)
    to_head(engine)
    engine.dispose()

    assert store.revision() == HEAD
    after = rows(url)
    kept = before["reports"] if down_to == "0001" else []
    assert after["reports"] == kept
    assert after["cases"] == []


def test_an_upgrade_that_breaks_off_leaves_no_table(url):
    engine = connect(url)
    made = 0

    def break_off(_connection, _cursor, statement, *_):
        nonlocal made
        made += "CREATE TABLE flags" in statement
        if made:
            raise KeyboardInterrupt

    sa.event.listen(engine, "before_cursor_execute", break_off)
    with pytest.raises(KeyboardInterrupt):
        to_head(engine)
    engine.dispose()

    assert made == 1
    engine = connect(url)
    assert sa.inspect(engine).get_table_names() == []
    to_head(engine)
    assert set(sa.inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_an_upgrade_keeps_what_is_stored(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)
    before = rows(url)
    store.upgrade()
    to_head(connect(url))
    assert rows(url) == before


def test_eight_openings_at_once_make_one_set_of_tables(url):
    def make(_number):
        with open_store(url) as store:
            store.upgrade()
            return store.revision()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(make, range(8))) == {HEAD}


def test_a_database_of_a_newer_version_is_left_alone(store, url):
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreError, match="another version"):
        store.upgrade()
    assert store.revision() == "9999"


def test_before_the_set_up_a_sentence_says_what_to_run(url):
    with open_store(url) as store:
        assert store.revision() is None
        with pytest.raises(StoreError, match="oncoflag db upgrade"):
            store.cases()
