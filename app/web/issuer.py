"""A code of an OIDC issuer in, the claims of a verified id token out.

OpenID Connect Core 1.0, section 3.1, with PKCE (RFC 7636). Needs the extra `oidc`. Nothing is
asked of the issuer unless the settings name one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import httpx

from pipeline.errors import InputError, OncoflagError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pipeline.settings import Settings

_ALGORITHMS = ("RS256", "PS256", "ES256")
_LEEWAY = 60
"""Seconds by which two clocks may differ."""
_SECONDS = 10
_LOCAL = {"127.0.0.1", "::1", "localhost"}


class IssuerError(OncoflagError):
    """The issuer cannot be reached, or what it says does not hold; never quotes what it said."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for, kept in the person's browser until the issuer sends them back."""

    state: str
    nonce: str
    verifier: str
    onward: str
    again: bool


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """One issuer, as the settings name it."""

    url: str
    client_id: str
    secret: str | None

    def address(self, asked: Asked, back: str) -> str:
        """Where to send a browser to log in; *back* is where it returns to with a code."""
        from authlib.oauth2 import rfc7636  # noqa: PLC0415 - an extra

        challenge: Callable[[str], str] = rfc7636.create_s256_code_challenge
        words = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        if asked.again:
            words |= {"max_age": "0", "prompt": "login"}
        return f"{self._place('authorization_endpoint')}?{urlencode(words)}"

    def claims(self, code: str, asked: Asked, back: str, now: datetime) -> Mapping[str, Any]:
        """Who it was: the claims of the id token for *code*; `IssuerError` unless all holds."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.client_id,
            "code_verifier": asked.verifier,
        }
        basic = (self.client_id, self.secret) if self.secret else None
        told = _json("POST", self._place("token_endpoint"), data=form, auth=basic)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise IssuerError("the issuer gave no id token")
        return self._verified(token, asked.nonce, now)

    def _verified(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - an extra
        from joserfc import jwt  # noqa: PLC0415 - comes with it
        from joserfc.errors import JoseError  # noqa: PLC0415 - the same
        from joserfc.jwk import KeySet  # noqa: PLC0415 - the same

        try:
            keys = KeySet.import_key_set(_json("GET", self._place("jwks_uri")))  # type: ignore[arg-type]
            read = jwt.decode(token, keys, algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.url},
                    "aud": {"essential": True, "value": self.client_id},
                    "nonce": {"essential": True, "value": nonce},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self.client_id},
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise IssuerError(f"the id token does not hold: {type(error).__name__}") from None
        return dict(claims)

    def _place(self, name: str) -> str:
        """An address from the issuer's own document (OpenID Connect Discovery 1.0)."""
        told = _json("GET", f"{self.url.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != self.url:
            raise IssuerError("the issuer calls itself otherwise than our settings do")
        place = told.get(name)
        if not isinstance(place, str) or not is_safe(place):
            raise IssuerError(f"the issuer names no {name} that is encrypted")
        return place


def issuer_of(settings: Settings) -> Issuer | None:
    """The issuer of the settings, None where none is named; `InputError` if they do not hold."""
    if settings.oidc_issuer is None:
        return None
    if not settings.oidc_client_id:
        raise InputError("ONCOFLAG_OIDC_CLIENT_ID is missing beside the issuer")
    if not is_safe(settings.oidc_issuer):
        raise InputError("ONCOFLAG_OIDC_ISSUER must begin with https://")
    try:
        import authlib  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise InputError("an OIDC issuer needs the extra 'oidc' of Oncoflag") from None
    return Issuer(
        url=settings.oidc_issuer, client_id=settings.oidc_client_id, secret=_secret(settings)
    )


def is_safe(address: str) -> bool:
    """Whether nobody can listen in: encrypted, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


def fresh(onward: str, *, again: bool) -> Asked:
    """A new question, with words nobody can guess."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    return Asked(state=state, nonce=nonce, verifier=verifier, onward=onward, again=again)


def _secret(settings: Settings) -> str | None:
    if settings.oidc_client_secret is None:
        return None
    try:
        return settings.oidc_client_secret.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        raise InputError("ONCOFLAG_OIDC_CLIENT_SECRET: the file cannot be read") from None


def _json(
    method: str,
    address: str,
    *,
    data: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> dict[str, Any]:
    try:
        answer = httpx.request(method, address, data=data, auth=auth, timeout=_SECONDS)
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise IssuerError(f"the issuer does not answer: {type(error).__name__}") from None
    if not isinstance(told, dict):
        raise IssuerError("the issuer's answer is no JSON object")
    return told
