"""Users in, the pages out on which an admin lets people in, and the changes made there."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.enrol import allowed, enrolled, keep_an_admin, roles_of
from app.passwords import hashed
from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.login import proved
from app.web.page import page
from app.web.rights import Permission, Person
from pipeline.errors import InputError
from store.desk_books import Role
from store.users import By, User

router = APIRouter()
Admin = Annotated[Person, needs(Permission.MANAGE_USERS)]
Words = Annotated[str, Form(max_length=1000)]
Secret = Annotated[str, Form(max_length=1024)]


@router.get("/users")
def everybody(request: Request, desk: TheDesk, _: Admin) -> Response:
    """Who may log in, and as what."""
    return _list(request, desk)


@router.post("/users")
def add(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Admin,
    login: Words,
    name: Words,
    password: Secret,
    roles: Annotated[list[str] | None, Form()] = None,
    scope: Words = "",
) -> Response:
    """Let somebody in; the admin tells them the first password, which they change."""
    _must_be_proved(request, desk)
    try:
        new = enrolled(login, name, roles or (), scope.split(","), password)
        desk.store.add_user(new, By(actor=person.id, at=desk.now()))
    except InputError as error:
        return _list(request, desk, problem=_sentence(error))
    return _to(new.id)


@router.get("/users/{user_id}")
def one(request: Request, desk: TheDesk, _: Admin, user_id: str) -> Response:
    """One user, with the forms that change them."""
    return _one(request, desk, _found(desk, user_id))


@router.post("/users/{user_id}/roles")
def change_roles(
    request: Request,
    desk: TheDesk,
    person: Admin,
    user_id: str,
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Give a user these roles and no others."""
    _must_be_proved(request, desk)
    user = _found(desk, user_id)
    try:
        wanted = roles_of(roles or ())
        if Role.ADMIN not in wanted:
            keep_an_admin(desk.store, user)
    except InputError as error:
        return _one(request, desk, user, problem=_sentence(error))
    desk.store.set_roles(user.id, wanted, By(actor=person.id, at=desk.now()))
    return _to(user.id)


@router.post("/users/{user_id}/scope")
def change_scope(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Admin,
    user_id: str,
    which: Words,
    scope: Words = "",
) -> Response:
    """Say whose patients a user may see: of all authorities, or of those that are named."""
    _must_be_proved(request, desk)
    user = _found(desk, user_id)
    named = frozenset(word.strip() for word in scope.split(",") if word.strip())
    if which not in {"all", "named"}:
        return _one(request, desk, user, problem="Say all, or name the authorities.")
    # Nothing named is nobody's patients, not everybody's.
    wanted = None if which == "all" else named
    desk.store.set_scope(user.id, wanted, By(actor=person.id, at=desk.now()))
    return _to(user.id)


@router.post("/users/{user_id}/state")
def change_state(
    request: Request, desk: TheDesk, person: Admin, user_id: str, state: Words
) -> Response:
    """Lock a user out, or let them in again."""
    _must_be_proved(request, desk)
    user = _found(desk, user_id)
    if state not in {"disabled", "enabled"}:
        raise HTTPException(422)
    disabled = state == "disabled"
    try:
        if disabled:
            keep_an_admin(desk.store, user)
    except InputError as error:
        return _one(request, desk, user, problem=_sentence(error))
    desk.store.set_disabled(user.id, By(actor=person.id, at=desk.now()), disabled=disabled)
    return _to(user.id)


@router.post("/users/{user_id}/password")
def change_password(
    request: Request, desk: TheDesk, person: Admin, user_id: str, password: Secret
) -> Response:
    """Give a user another password, which ends their sessions."""
    _must_be_proved(request, desk)
    user = _found(desk, user_id)
    if user.issuer is not None:
        told = "This user logs in elsewhere and has no password here."
        return _one(request, desk, user, problem=told)
    try:
        allowed(password, user.login, user.name)
    except InputError as error:
        return _one(request, desk, user, problem=_sentence(error))
    desk.store.set_password(user.id, hashed(password), By(actor=person.id, at=desk.now()))
    return _to(user.id)


def _must_be_proved(request: Request, desk: Desk) -> None:
    # A browser left open on a ward may not make an admin.
    if not proved(request, desk):
        raise HTTPException(403, "Confirm who you are first: see the top of the page of users.")


def _found(desk: Desk, user_id: str) -> User:
    user = desk.store.user(user_id)
    if user is None:
        raise HTTPException(404)
    return user


def _to(user_id: str) -> Response:
    return RedirectResponse(f"/users/{user_id}", status_code=303)


def _list(request: Request, desk: Desk, *, problem: str | None = None) -> Response:
    values = {"users": desk.store.users(), "known_roles": tuple(Role), "problem": problem}
    is_proved = proved(request, desk)
    status = 422 if problem else 200
    return page(request, "users.html", status=status, is_proved=is_proved, **values)


def _one(request: Request, desk: Desk, user: User, *, problem: str | None = None) -> Response:
    values = {"user": user, "known_roles": tuple(Role), "problem": problem}
    is_proved = proved(request, desk)
    status = 422 if problem else 200
    return page(request, "user.html", status=status, is_proved=is_proved, **values)


def _sentence(error: InputError) -> str:
    told = str(error)
    return f"{told[0].upper()}{told[1:]}."
