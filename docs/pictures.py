"""A night of the sample reports in, pictures of what Prefect's UI shows of it out.

    .venv/bin/python docs/pictures.py [CHROMIUM]

A server of its own on a free port, a night with a damaged and a poisoned file among the synthetic
samples, and a headless browser: what `docs/pictures/` holds is what a data engineer sees.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
SAMPLES = ROOT / "sample_reports"
_STARTS_WITHIN = 400
_WIDTH, _HEIGHT = 1200, 1400
_SETTLES = 4000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


def main(chromium: str) -> None:
    """Draw the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        environment = _environment(folder)
        with _server(environment) as address:
            night = [sys.executable, "-m", "app.cli", "ingest", str(_inbox(folder))]
            own = environment | {"PREFECT_API_URL": f"{address}/api"}
            done = subprocess.run(night, env=own, cwd=folder, check=False, timeout=600)  # noqa: S603
            if done.returncode != 3:
                raise SystemExit(f"the night ended with {done.returncode}")
            _draw(address, chromium)


def _inbox(folder: Path) -> Path:
    """The samples, a PDF that is cut in two, and a text that calls itself a VCF."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for each in SAMPLES.iterdir():
        if each.suffix in {".pdf", ".vcf", ".gz", ".csv"}:
            shutil.copy(each, inbox / each.name)
    whole = (SAMPLES / "02_b_tables_by_technology.pdf").read_bytes()
    (inbox / "cut.pdf").write_bytes(whole[: len(whole) // 2] + b"\n%%EOF\n")
    (inbox / "poison.vcf").write_bytes(b"##fileformat=VCFv4.2\n#CHROM\tPOS\n" + b"\0" * 99 + b"\n")
    old = time.time() - 3600
    for each in inbox.iterdir():
        os.utime(each, (old, old))
    return inbox


def _environment(folder: Path) -> dict[str, str]:
    # A server that lives for a minute needs no password; one that stays has one.
    from flows.server import prepare  # noqa: PLC0415 - after the path is set

    names = ("ONCOFLAG_", "PREFECT_")
    own = {key: value for key, value in os.environ.items() if not key.startswith(names)}
    (folder / "data" / "prefect").mkdir(parents=True)
    prepare(folder / "data", own)
    return own | {
        "ONCOFLAG_DATA_DIR": str(folder / "data"),
        "ONCOFLAG_WEB_ORIGIN": "https://review.example",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port = some.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    own = environment | {"PREFECT_UI_API_URL": f"{address}/api"}
    start = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "prefect", *start]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, env=own, stdout=quiet, stderr=quiet)  # noqa: S603
    try:
        _wait(f"{address}/api/health")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(1)
    raise SystemExit("the server does not start")


def _draw(address: str, chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        page.goto(f"{address}/artifacts", wait_until="networkidle")
        _shoot(page, "artifacts")
        for key, name in (("oncoflag-night", "night"), ("oncoflag-held", "held")):
            page.goto(f"{address}/artifacts/key/{key}", wait_until="networkidle")
            # The first version that the page lists is that of the last night.
            page.locator("a[href*='/artifacts/artifact/']").first.click(timeout=60_000)
            _shoot(page, name)
        browser.close()


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(_SETTLES)
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium")
