"""What a patient person does in a browser: the answer is there before anything else is done."""

from playwright.sync_api import Page

from tests.web.conftest import PASSWORD


def send(page: Page, button: str) -> None:
    """Press the button and wait until the page that answers has loaded.

    A click alone comes back while the answer is still on its way: what follows it would then look
    at a page without a body, or call the form back by going elsewhere.
    """
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def sign(page: Page, verdict: str = "accept it as it is shown", password: str = PASSWORD) -> None:
    page.get_by_label(verdict).check()
    page.get_by_label("Your password, again").fill(password)
    send(page, "Sign")


def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    send(page, "Log in")


def go_back(page: Page) -> None:
    """The browser's button Back, pressed from inside the page.

    The driver's own command asks the browser for its history, and the browser refuses to answer in
    the moment in which it gives one page up for the next.
    """
    with page.expect_navigation():
        page.evaluate("() => history.back()")
