"""Every request in, past every rule that holds for all pages, its answer out with our headers.

In this order: is it our address, is it small enough, who comes, was it one of our forms, may
somebody who is not logged in be here. Then the page; and whatever happens there, a page comes out.
"""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web import csrf, errors
from app.web.desk import Desk
from app.web.headers import headers
from app.web.sessions import Visit, visit
from pipeline.errors import OncoflagError

MOST_BYTES = 1_000_000
"""Of a form; nothing is uploaded here."""
PUBLIC = frozenset({"/login", "/healthz", "/oidc/start", "/oidc/back"})
"""Where nobody is asked who they are; the files of the pages' look beside them."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where people find the pages: *origin* as they type it, None for this machine alone."""

    origin: str | None

    @property
    def is_https(self) -> bool:
        """Whether cookies may be kept to encrypted connections."""
        return (self.origin or "").startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; browsers hold `__Host-` to this host and to TLS."""
        return "__Host-oncoflag" if self.is_https else "oncoflag"

    @property
    def form_cookie(self) -> str:
        """The name of the cookie of forms before anybody is logged in."""
        return f"{self.cookie}-form"

    def is_ours(self, host: str) -> bool:
        """Whether a `Host` header names this service."""
        if self.origin is not None and host == urlsplit(self.origin).netloc:
            return True
        try:
            return urlsplit(f"//{host}").hostname in _LOCAL
        except ValueError:
            return False

    def put(self, response: Response, name: str, value: str | None) -> None:
        """Set one of our cookies, or take it away (None)."""
        words = {"path": "/", "secure": self.is_https, "httponly": True, "samesite": "lax"}
        if value is None:
            response.delete_cookie(name, **words)  # type: ignore[arg-type]
        else:
            response.set_cookie(name, value, **words)  # type: ignore[arg-type]


def address_of(request: Request) -> Address:
    """The address of the service that answers this request."""
    return Address(origin=request.app.state.desk.settings.web_origin)


class Porch:
    """The middleware that every request passes first."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._address = Address(origin=desk.settings.web_origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, headers(scope["path"], is_https=self._address.is_https))
        request = Request(scope, receive)
        try:
            await self._passed(request, receive, answer)
        except Exception as error:
            if answer.has_begun:
                raise
            await errors.fault(request, error)(scope, receive, answer)

    async def _passed(self, request: Request, receive: Receive, send: "_Answer") -> None:
        scope = request.scope
        body = await _body(request)
        refused: Response | None = None
        try:
            await run_in_threadpool(self._who, request, send)
            refused = self._refusal(request, body)
        except OncoflagError as error:
            refused = errors.of_ours(request, error)
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)

    def _who(self, request: Request, answer: "_Answer") -> None:
        """Look the session up; its person and its token stand in the request's state."""
        request.state.visit, request.state.person, request.state.csrf = None, None, ""
        if request.scope["path"].startswith("/static/"):
            return
        cookies = request.cookies
        come: Visit | None = visit(self._desk, cookies.get(self._address.cookie))
        if come is not None:
            request.state.visit, request.state.person = come, come.person
            request.state.csrf = come.session.csrf
            return
        held = cookies.get(self._address.form_cookie)
        if not held and request.scope["path"] == "/login":
            held = secrets.token_urlsafe(32)
            answer.form_cookie = (self._address, held)
        request.state.csrf = csrf.before_login(held) if held else ""

    def _refusal(self, request: Request, body: bytes | None) -> Response | None:
        if not self._address.is_ours(request.headers.get("host", "")):
            return errors.refusal(request, 421)
        if body is None:
            return errors.refusal(request, 413)
        path = request.scope["path"]
        is_open = path in PUBLIC or path.startswith("/static/")
        if request.state.visit is None and not is_open:
            if request.method in csrf.SAFE:
                return errors.to_login(request)
            return errors.refusal(request, 401)
        if request.method in csrf.SAFE:
            return None
        if csrf.wrong(request.headers, body, request.state.csrf, self._address.origin):
            told = "This form is no longer valid. Open the page again and repeat what you did."
            return errors.refusal(request, 403, told)
        return None


class _Answer:
    """The way out: adds our headers to whatever leaves."""

    def __init__(self, send: Send, added: tuple[tuple[str, str], ...]) -> None:
        self._send = send
        self._added = added
        self.form_cookie: tuple[Address, str] | None = None
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            out = MutableHeaders(scope=message)
            for name, value in self._added:
                # A page may be stricter than the rule of all (the sandbox of an original).
                out.setdefault(name, value)
            if self.form_cookie is not None:
                address, value = self.form_cookie
                carrier = Response()
                address.put(carrier, address.form_cookie, value)
                out.append("Set-Cookie", carrier.headers["set-cookie"])
        await self._send(message)


async def _body(request: Request) -> bytes | None:
    """What was sent, None if it is too much; nothing is read of a request that only looks."""
    if request.method in csrf.SAFE:
        return b""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _again(body: bytes | None, receive: Receive) -> Receive:
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body or b"", "more_body": False}

    return once
