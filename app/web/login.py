"""A login and a password in, a session out; and the same again for what needs it again (R24)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.passwords import fits, hashed, is_outdated, refusal
from app.web import sessions, throttle
from app.web.desk import Desk, TheDesk
from app.web.guard import anybody
from app.web.page import page
from app.web.porch import address_of
from app.web.rights import Person
from store.users import By, User

if TYPE_CHECKING:
    from app.web.sessions import Visit

router = APIRouter()
_WRONG = "This login and this password do not fit each other."
_CLOSED = "Too many attempts. Wait a few minutes and try again."
Word = Annotated[str, Form(max_length=256)]


def proved(request: Request, desk: Desk) -> bool:
    """Whether the person has shown within the last five minutes who they are."""
    come = cast("Visit | None", request.state.visit)
    return come is not None and desk.now() - come.session.proved_at < sessions.PROOF


def is_local(desk: Desk, person: Person) -> bool:
    """Whether this person's password is kept here, and not at their hospital."""
    user = desk.store.user(person.id)
    return user is None or user.is_local


def prove(desk: Desk, request: Request, person: Person, password: str) -> bool:
    """Whether this is the person's password; if it is, `proved` is true from now on.

    Failures count like those of a login; once too many have failed every password is wrong.
    """
    user = desk.store.user(person.id)
    if user is None or not _is_right(desk, request, user.login, password):
        return False
    come = cast("Visit", request.state.visit)
    desk.store.prove_session(come.session, desk.now(), "password")
    return True


def entered(  # noqa: PLR0913 - who comes in, how, and where to
    desk: Desk,
    request: Request,
    user: User,
    proof: str,
    onward: str,
    *,
    proved_at: datetime | None = None,
) -> Response:
    """The way in for *user*: a new session under a new cookie, and the old one's end.

    *proved_at* is when they showed who they are, where that was not just now.
    """
    come = cast("Visit | None", request.state.visit)
    if come is not None:
        desk.store.end_session(come.session, desk.now())
    at = address_of(request)
    answer = RedirectResponse(inside(onward), status_code=303)
    at.put(answer, at.cookie, sessions.begin(desk, user, proof, proved_at))
    at.put(answer, at.form_cookie, None)
    return answer


def inside(path: str | None) -> str:
    """A path of ours to go on to; whatever leads elsewhere becomes the front page."""
    if not path or not path.startswith("/") or path.startswith("//"):
        return "/"
    if "\\" in path or not path.isprintable() or not path.isascii():
        return "/"
    return path


@router.get("/login")
def ask(request: Request, desk: TheDesk, next: str = "/") -> Response:  # noqa: A002 - in the URL
    """The form of the login."""
    if request.state.person is not None:
        return RedirectResponse(inside(next), status_code=303)
    return _form(request, desk, inside(next))


@router.post("/login")
def enter(
    request: Request,
    desk: TheDesk,
    login: Word,
    password: Annotated[str, Form(max_length=1024)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - as in the URL
) -> Response:
    """Let somebody in, or say in the same words and the same time that they may not."""
    typed = login.strip().casefold()
    if throttle.is_closed(desk, request, typed):
        return _form(request, desk, inside(next), problem=_CLOSED, status=429)
    if not _is_right(desk, request, typed, password):
        return _form(request, desk, inside(next), problem=_WRONG, status=401)
    user = desk.store.user_named(typed)
    assert user is not None  # its password was right a moment ago
    return entered(desk, request, user, "password", next)


@router.post("/logout")
def leave(request: Request, desk: TheDesk, _: Annotated[Person, anybody()]) -> Response:
    """End the session, here and in the browser."""
    come = cast("Visit", request.state.visit)
    desk.store.end_session(come.session, desk.now())
    answer = RedirectResponse("/login", status_code=303)
    at = address_of(request)
    at.put(answer, at.cookie, None)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/prove")
def ask_again(
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, anybody()],
    next: str = "/",  # noqa: A002 - in the URL
) -> Response:
    """The form that asks again who is there."""
    return _proof(request, desk, person, inside(next))


@router.post("/prove")
def show_again(
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, anybody()],
    password: Annotated[str, Form(max_length=1024)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - as in the URL
) -> Response:
    """Take the password again, for what needs it again."""
    if not prove(desk, request, person, password):
        told = "This is not your password."
        return _proof(request, desk, person, inside(next), problem=told, status=401)
    return RedirectResponse(inside(next), status_code=303)


@router.get("/password")
def own_password(request: Request, desk: TheDesk, person: Annotated[Person, anybody()]) -> Response:
    """The form for another password of one's own."""
    return _password(request, desk, person)


@router.post("/password")
def change_password(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, anybody()],
    password: Annotated[str, Form(max_length=1024)],
    fresh: Annotated[str, Form(max_length=1024)],
    again: Annotated[str, Form(max_length=1024)],
) -> Response:
    """Change one's own password: every session ends, and this browser gets a new one."""
    user = desk.store.user(person.id)
    if user is None or not prove(desk, request, person, password):
        told = "This is not your present password."
        return _password(request, desk, person, problem=told, status=401)
    problem = "The two new passwords differ." if fresh != again else _refusal(fresh, user)
    if problem:
        return _password(request, desk, person, problem=problem, status=422)
    desk.store.set_password(user.id, hashed(fresh), By(actor=user.id, at=desk.now()))
    changed = desk.store.user(user.id)
    assert changed is not None  # users are never deleted
    return entered(desk, request, changed, "password", "/")


def _is_right(desk: Desk, request: Request, login: str, password: str) -> bool:
    """Whether a password is right; a failure is counted, a success forgives those before."""
    closed = throttle.is_closed(desk, request, login)
    user = desk.store.user_named(login)
    known = desk.store.password_hash(user.id) if user else None
    # Always held against a hash, so that every refusal takes as long.
    right = fits(known, password)
    if closed or user is None or user.disabled or not right:
        if not closed:
            throttle.failed(desk, request, login, user)
        return False
    throttle.forgiven(desk, login)
    if known and is_outdated(known):
        desk.store.rehash(user.id, hashed(password))
    return True


def _refusal(fresh: str, user: User) -> str | None:
    told = refusal(fresh, user.login, user.name)
    return None if told is None else f"{told[0].upper()}{told[1:]}."


def _form(
    request: Request, desk: Desk, onward: str, *, problem: str | None = None, status: int = 200
) -> Response:
    # Not what was typed as a login: a password often stands there by mistake.
    has_oidc = desk.settings.oidc_issuer is not None
    values = {"onward": onward, "problem": problem, "has_oidc": has_oidc}
    return page(request, "login.html", status=status, **values)


def _proof(  # noqa: PLR0913 - what its form shows
    request: Request,
    desk: Desk,
    person: Person,
    onward: str,
    *,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    user = desk.store.user(person.id)
    is_local = user is not None and user.is_local
    values = {"onward": onward, "problem": problem, "is_local": is_local}
    return page(request, "prove.html", status=status, **values)


def _password(
    request: Request,
    desk: Desk,
    person: Person,
    *,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    user = desk.store.user(person.id)
    is_local = user is not None and user.is_local
    return page(request, "password.html", status=status, problem=problem, is_local=is_local)
