"""What every test may ask for: the shared real files, and the switch for the long figures."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the full figures too")


def pytest_collection_modifyitems(config, items):
    """Leave the full figures out, counted as deselected, unless they are asked for."""
    if config.getoption("--long"):
        return
    full = [item for item in items if "long" in item.keywords]
    config.hook.pytest_deselected(items=full)
    items[:] = [item for item in items if "long" not in item.keywords]


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real public files; tests skip where it is not there."""
    stated = os.environ.get("ONCOFLAG_SHARED", "../shared/data")
    folder = (ROOT / stated).resolve()
    if not folder.is_dir():
        pytest.skip("the shared real files are not here (set ONCOFLAG_SHARED)")
    return folder
