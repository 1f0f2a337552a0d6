"""Somebody who logged in elsewhere in, a session here out: OIDC with code, PKCE, state and nonce.

Roles come from a claim by the table of the settings. Nobody becomes an admin by it: that role is
given here, by an admin.
"""

import base64
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.enrol import fresh_id, roles_of
from app.web import sessions
from app.web.desk import Desk, TheDesk
from app.web.issuer import Asked, Issuer, IssuerError, fresh, issuer_of
from app.web.login import entered, inside
from app.web.porch import address_of
from pipeline.errors import InputError
from pipeline.settings import Settings
from store.desk_books import Role
from store.users import By, NewUser, User

if TYPE_CHECKING:
    from app.web.sessions import Visit

router = APIRouter()
_LOG = logging.getLogger("oncoflag.web")
_FAILED = "Your hospital's account could not be used just now. Try again, or ask your admin."
_NO_ROLE = "Your hospital's account has no role here. Ask your admin."
_AGAIN = "Your hospital's account did not ask you again who you are. Log out there and try again."
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
Word = Annotated[str, Query(max_length=4000)]


def check(settings: Settings) -> None:
    """`InputError` where the settings of OIDC do not hold: before anybody comes."""
    if issuer_of(settings) is None:
        return
    if not settings.oidc_roles:
        raise InputError("ONCOFLAG_OIDC_ROLES is missing: which group has which role here")
    if Role.ADMIN in roles_of(settings.oidc_roles.values()):
        raise InputError("ONCOFLAG_OIDC_ROLES: no group makes an admin; `oncoflag user role` does")


@router.get("/oidc/start")
def start(request: Request, desk: TheDesk, next: Word = "/", again: Word = "") -> Response:  # noqa: A002
    """Off to the issuer; *again* asks it to have the password typed anew."""
    issuer = _issuer(desk)
    asked = fresh(inside(next), again=bool(again) and request.state.visit is not None)
    try:
        answer = RedirectResponse(issuer.address(asked, _back(request)), status_code=303)
    except IssuerError as error:
        raise _refused(error) from None
    at = address_of(request)
    at.put(answer, f"{at.cookie}-oidc", _packed(asked))
    return answer


@router.get("/oidc/back")
def back(request: Request, desk: TheDesk, state: Word = "", code: Word = "") -> Response:
    """Back from the issuer, with a code for what was asked in this very browser."""
    issuer, at = _issuer(desk), address_of(request)
    asked = _unpacked(request.cookies.get(f"{at.cookie}-oidc", ""))
    if asked is None or not code or not hmac.compare_digest(asked.state.encode(), state.encode()):
        raise HTTPException(403, _FAILED)
    try:
        claims = issuer.claims(code, asked, _back(request), desk.now())
    except IssuerError as error:
        raise _refused(error) from None
    answer = _proved(request, desk, claims) if asked.again else None
    if answer is None:
        user = _welcome(desk, issuer, claims)
        when = min(_when(claims) or _LONG_AGO, desk.now())
        answer = entered(desk, request, user, "oidc", asked.onward, proved_at=when)
    else:
        answer.headers["location"] = inside(asked.onward)
    at.put(answer, f"{at.cookie}-oidc", None)
    return answer


def _proved(request: Request, desk: Desk, claims: Mapping[str, Any]) -> Response | None:
    """The same person again; None where the session has ended meanwhile."""
    come = cast("Visit | None", request.state.visit)
    if come is None:
        return None
    user = desk.store.user(come.person.id)
    if user is None or user.subject != claims["sub"]:
        raise HTTPException(403, "This is another person's account.")
    when = _when(claims)
    # What counts is when the issuer asked, not when the browser came back.
    if when is None or desk.now() - when >= sessions.PROOF:
        raise HTTPException(403, _AGAIN)
    desk.store.prove_session(come.session, min(when, desk.now()), "oidc")
    return RedirectResponse("/", status_code=303)


def _welcome(desk: Desk, issuer: Issuer, claims: Mapping[str, Any]) -> User:
    """The user of these claims, with the roles that they have by now."""
    subject = str(claims["sub"])
    by = By(actor="oidc", at=desk.now())
    mapped, scope = _roles(desk.settings, claims), _scope(desk.settings, claims)
    user = desk.store.user_of(issuer.url, subject)
    if user is None:
        if not mapped:
            raise HTTPException(403, _NO_ROLE)
        desk.store.add_user(_new(issuer, subject, claims, (mapped, scope)), by)
    else:
        _refresh(desk, user, (mapped, scope), by)
    known = desk.store.user_of(issuer.url, subject)
    if known is None or known.disabled or not known.roles:
        raise HTTPException(403, _NO_ROLE)
    return known


def _refresh(
    desk: Desk, user: User, wanted: tuple[frozenset[Role], frozenset[str] | None], by: By
) -> None:
    roles = wanted[0] | (user.roles & {Role.ADMIN})
    if roles != user.roles:
        desk.store.set_roles(user.id, roles, by)
    # Without a table of authorities the scope is an admin's word, which stands.
    if desk.settings.oidc_scopes and wanted[1] != user.scope:
        desk.store.set_scope(user.id, wanted[1], by)


def _new(
    issuer: Issuer,
    subject: str,
    claims: Mapping[str, Any],
    may: tuple[frozenset[Role], frozenset[str] | None],
) -> NewUser:
    name = str(claims.get("name") or claims.get("preferred_username") or subject)
    called = "".join(each for each in name if each.isprintable())[:100].strip()
    return NewUser(
        id=fresh_id(),
        # With a space: no login that is typed can be like it.
        login=f"oidc {subject} of {issuer.url}",
        name=called or subject[:100],
        roles=may[0],
        scope=may[1],
        issuer=issuer.url,
        subject=subject,
    )


def _roles(settings: Settings, claims: Mapping[str, Any]) -> frozenset[Role]:
    groups = _groups(settings, claims)
    return roles_of(word for group, word in settings.oidc_roles.items() if group in groups)


def _scope(settings: Settings, claims: Mapping[str, Any]) -> frozenset[str] | None:
    if not settings.oidc_scopes:
        return None
    groups = _groups(settings, claims)
    return frozenset(word for group, word in settings.oidc_scopes.items() if group in groups)


def _groups(settings: Settings, claims: Mapping[str, Any]) -> frozenset[str]:
    stated = claims.get(settings.oidc_claim)
    listed = [stated] if isinstance(stated, str) else stated
    return frozenset(map(str, listed)) if isinstance(listed, list) else frozenset()


def _when(claims: Mapping[str, Any]) -> datetime | None:
    stated = claims.get("auth_time")
    is_number = isinstance(stated, int | float) and 0 <= stated < 2**33
    return datetime.fromtimestamp(float(stated), UTC) if stated and is_number else None


def _issuer(desk: Desk) -> Issuer:
    found = issuer_of(desk.settings)
    if found is None:
        raise HTTPException(404)
    return found


def _back(request: Request) -> str:
    origin = address_of(request).origin
    return f"{origin or str(request.base_url).rstrip('/')}/oidc/back"


def _refused(error: IssuerError) -> HTTPException:
    _LOG.warning("login elsewhere failed: %s", error)
    return HTTPException(502, _FAILED)


def _packed(asked: Asked) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(asked)).encode()).decode()


def _unpacked(cookie: str) -> Asked | None:
    try:
        return Asked(**json.loads(base64.urlsafe_b64decode(cookie)))
    except (ValueError, TypeError):
        return None
