"""A refusal or a fault in, a page with a sentence out; never a trace, never a text of a report."""

import logging
import secrets
import traceback
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.web.page import page
from pipeline.errors import AlreadyRunningError, OncoflagError

_LOG = logging.getLogger("oncoflag.web")
_OURS = ("app/", "web/", "flows/", "store/", "exchange/", "parsers/", "pipeline/")
_SENTENCES = {
    400: "This cannot be understood.",
    401: "You are not logged in, or your session has ended. What you sent was not kept.",
    403: "Your roles do not allow this.",
    404: "There is nothing here.",
    405: "This cannot be done here.",
    409: "Somebody else was faster. Look again before you decide.",
    413: "This is too large to be sent.",
    415: "This kind of content is not taken.",
    421: "This is not the address of this service.",
    422: "Something in this form is missing or cannot be understood.",
    429: "Too many attempts. Wait a few minutes and try again.",
    503: "The database cannot be reached. Nothing was changed.",
}


def install(made: FastAPI) -> None:
    """Let every refusal of *made* be a page."""
    made.add_exception_handler(HTTPException, _refused)
    made.add_exception_handler(RequestValidationError, _not_understood)
    made.add_exception_handler(OncoflagError, of_ours)


def refusal(request: Request, status: int, sentence: str | None = None) -> Response:
    """The page of a refusal; its sentence is the usual one of the status unless given."""
    told = sentence or _SENTENCES.get(status, "This was refused.")
    return page(request, "error.html", status=status, code=status, sentence=told, number=None)


def fault(request: Request, error: BaseException) -> Response:
    """The page of a fault of ours: a number for whoever looks into the log, and nothing else."""
    number = secrets.token_hex(4)
    _LOG.error("fault %s: %s", number, place(error))
    told = "Something went wrong on our side. Nothing is known to be changed."
    return page(request, "error.html", status=500, code=500, sentence=told, number=number)


def place(error: BaseException) -> str:
    """The kind and the place of an error; its text may quote a patient's report."""
    frames = list(traceback.walk_tb(error.__traceback__))
    where = [_named(frame.f_code.co_filename, line) for frame, line in frames]
    own = [each for each in where if each.startswith(_OURS) or ".html" in each]
    told = dict.fromkeys([*own[-1:], *where[-1:]])
    return f"{type(error).__name__} in {', '.join(told) or '?'}"


def to_login(request: Request) -> Response:
    """Off to the login, and back here afterwards."""
    back = "" if request.url.path == "/" else f"?next={quote(request.url.path, safe='/')}"
    return RedirectResponse(f"/login{back}", status_code=303)


def _named(path: str, line: int) -> str:
    """A place in a file, by the end of its path: where it is installed is nobody's business."""
    return f"{'/'.join(Path(path).parts[-2:])}:{line}"


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # it was registered for nothing else
    if error.status_code == 401 and request.method in {"GET", "HEAD"}:
        return to_login(request)
    usual = {"Unauthorized", "Forbidden", "Not Found", "Method Not Allowed"}
    sentence = None if error.detail in usual or not error.detail else str(error.detail)
    answer = refusal(request, error.status_code, sentence)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _not_understood(request: Request, _: Exception) -> Response:
    # What was sent is not shown: it may be of a patient.
    return refusal(request, 422)


def of_ours(request: Request, error: Exception) -> Response:
    """The page where the database refuses, or something else of ours does."""
    _LOG.warning("refused: %s", place(error))
    if isinstance(error, AlreadyRunningError):
        told = "A night is at work. Try again when it has ended; nothing was changed."
        return refusal(request, 503, told)
    return refusal(request, 503)
