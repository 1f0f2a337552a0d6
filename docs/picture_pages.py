"""The sample cases in `oncoflag serve --demo` in, pictures of its pages in `docs/pictures/` out.

.venv/bin/python docs/picture_pages.py [CHROMIUM]

A throw-away database and user on a free port, and a headless browser.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
_STARTS_WITHIN = 300
_WIDTH, _HEIGHT = 1100, 1000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_PLACES = {"queue": "/", "monitor": "/monitor", "cohort": "/monitor/cohort"}


def main(chromium: str) -> None:
    """Draw the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with _demo() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        size: ViewportSize = {"width": _WIDTH, "height": _HEIGHT}
        page = browser.new_page(viewport=size, color_scheme="light", base_url=address)
        _log_in(page, password)
        for name, place in _PLACES.items():
            page.goto(place)
            _shoot(page, name)
        page.goto("/")
        page.locator("a[href^='/case/']").first.click()
        _shoot(page, "case")
        page.emulate_media(color_scheme="dark")
        _shoot(page, "case_dark")
        page.emulate_media(color_scheme="light")
        page.get_by_role("link", name=re.compile("PDF page")).first.click()
        _shoot(page, "evidence")
        browser.close()


@contextmanager
def _demo() -> Iterator[tuple[str, str]]:
    """The demonstration on a free port; its address and its password."""
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port = some.getsockname()[1]
    names = ("ONCOFLAG_", "PREFECT_")
    own = {key: value for key, value in os.environ.items() if not key.startswith(names)}
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "told"
        command = [sys.executable, "-m", "app.cli", "serve", "--demo", "--port", str(port)]
        with told.open("w") as out:
            demo = subprocess.Popen(  # noqa: S603 - our own program
                command, env=own | {"PYTHONPATH": str(ROOT)}, cwd=place, stdout=out, stderr=out
            )
        try:
            yield f"http://127.0.0.1:{port}", _password(told)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def _password(told: Path) -> str:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end:
        if found := re.search(r"password: (\S+)", told.read_text()):
            return found[1]
        time.sleep(1)
    raise SystemExit(f"the demonstration does not start: {told.read_text()}")


def _log_in(page: Page, password: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while page.url == "about:blank" and time.monotonic() < end:
        try:
            page.goto("/login")
        except Exception:  # noqa: BLE001 - the password is told a moment before the port answers
            time.sleep(1)
    page.fill("input[name=login]", "demo")
    page.fill("input[type=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium")
