"""The review pages in Debian's Chromium, held to what no page may ever do.

`opened`    `opened("signer")`: a page of a browser of its own, logged in; `javascript=False`,
            `dark=True`, `csp=False` (for a script that the test itself brings) change it
`site`      the address of the one service that all of them visit
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 20_000


@dataclass
class Witness:
    """What happened in a page that must not: dialogs, scripts that fail or are held off, visits."""

    site: str
    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("dialog", lambda it: (self.seen.append(f"dialog {it.message}"), it.dismiss()))
        page.on("pageerror", lambda it: self.seen.append(f"error {it}"))
        page.on("console", lambda it: self._said(it.text, it.type))
        page.on("request", lambda it: self._asked(it.url))

    def _said(self, text: str, kind: str) -> None:
        # A refusal is a page with a status; the browser notes that on its console.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.seen.append(f"console {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith(("data:", "about:")) and urlsplit(url).netloc != self.site:
            self.seen.append(f"request {url}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NOT TESTED IN A BROWSER: there is no Chromium here (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def site(live: Callable[..., Any]) -> str:
    return str(live().url)


@pytest.fixture
def opened(
    chromium: Browser, site: str, client: Callable[..., Any]
) -> Iterator[Callable[..., Page]]:
    witness = Witness(site=urlsplit(site).netloc)
    contexts: list[BrowserContext] = []

    def make(
        *roles: str,
        javascript: bool = True,
        dark: bool = False,
        csp: bool = True,
        scope: set[str] | None = None,
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            bypass_csp=not csp,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if roles:
            person = client(*roles, scope=scope)
            kept = person.cookies["oncoflag"]
            context.add_cookies([{"name": "oncoflag", "value": kept, "url": site}])
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        witness.watch(page)
        return page

    yield make
    for each in contexts:
        each.close()
    assert witness.seen == []
