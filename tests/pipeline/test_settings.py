"""Settings come from the environment, then from oncoflag.toml; nothing else."""

import re
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.settings import Settings, exported, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "DATA_DIR", "ASSAYS"):
        monkeypatch.delenv(f"ONCOFLAG_{name}", raising=False)
    return tmp_path


def test_each_setting_is_documented_by_its_full_name():
    """As the variable, or as the line of an `oncoflag.toml`."""
    told = "\n".join(each.read_text() for each in [ROOT / "README.md", *ROOT.glob("docs/*.md")])
    missing = [
        name
        for name in Settings.model_fields
        if not re.search(rf"\bONCOFLAG_{name.upper()}\b|^{name} = ", told, flags=re.MULTILINE)
    ]
    assert missing == []


def test_the_database_is_sqlite_in_the_data_directory(monkeypatch):
    monkeypatch.setenv("ONCOFLAG_DATA_DIR", "/srv/oncoflag")
    assert load().database == "sqlite:////srv/oncoflag/oncoflag.db"


def test_a_database_may_be_named(monkeypatch):
    monkeypatch.setenv("ONCOFLAG_DATABASE_URL", "postgresql+psycopg://host/name")
    assert load().database == "postgresql+psycopg://host/name"


def test_the_environment_goes_before_the_file(elsewhere, monkeypatch):
    (elsewhere / "oncoflag.toml").write_text('data_dir = "from-file"\nassays = "own.csv"\n')
    assert load().data_dir == Path("from-file")
    assert load().assays == Path("own.csv")
    monkeypatch.setenv("ONCOFLAG_DATA_DIR", "from-environment")
    assert load().data_dir == Path("from-environment")
    monkeypatch.setenv("ONCOFLAG_ASSAYS", "")
    assert load().assays == Path("own.csv"), "an empty variable is not set"


def test_a_setting_that_is_not_known_is_an_error(elsewhere):
    (elsewhere / "oncoflag.toml").write_text('database = "sqlite:///secret"\n')
    with pytest.raises(InputError, match="database") as error:
        load()
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("variable", "line", "wanted"),
    [
        ("", "", ()),
        ("/srv/in", "", ("/srv/in",)),
        ("/srv/in:/srv/late reports", "", ("/srv/in", "/srv/late reports")),
        (":/srv/in:", "", ("/srv/in",)),
        ("", 'inbox = ["/srv/in", "beside"]', ("/srv/in", "beside")),
        ("", 'inbox = "/srv/in"', ("/srv/in",)),
    ],
)
def test_a_night_has_one_inbox_or_several(elsewhere, monkeypatch, variable, line, wanted):
    monkeypatch.setenv("ONCOFLAG_INBOX", variable)
    (elsewhere / "oncoflag.toml").write_text(line)
    assert load().inbox == tuple(map(Path, wanted))


def test_a_process_that_starts_elsewhere_gets_the_same_settings(elsewhere, monkeypatch, tmp_path):
    """A worker runs each night in an empty directory: paths in full, nothing from a file."""
    monkeypatch.delenv("ONCOFLAG_INBOX", raising=False)
    (elsewhere / "oncoflag.toml").write_text(
        'data_dir = "data"\ninbox = ["in", "/srv/late"]\nsettle_seconds = 0.5\n'
        'audit_key = "keys/audit"\n[oidc_roles]\nsigner = "molecular"\n'
    )
    told = exported(before := load())
    (elsewhere / "oncoflag.toml").unlink()
    monkeypatch.chdir("/")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    after = load()
    assert after.data_dir == elsewhere / "data"
    assert after.inbox == (elsewhere / "in", Path("/srv/late"))
    assert after.audit_key == elsewhere / "keys" / "audit"
    assert (after.settle_seconds, after.oidc_roles) == (0.5, before.oidc_roles)
    assert after.database == f"sqlite:///{elsewhere}/data/oncoflag.db"
