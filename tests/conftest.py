"""What every test may ask for: the shared real files, and the switch for the long figures."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the full figures too")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="the full figures run with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real public files; tests skip where it is not there."""
    stated = os.environ.get("ONCOFLAG_SHARED", "../shared/data")
    folder = (ROOT / stated).resolve()
    if not folder.is_dir():
        pytest.skip("the shared real files are not here (set ONCOFLAG_SHARED)")
    return folder
