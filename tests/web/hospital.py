"""A small real OIDC issuer on loopback: it asks nobody, and answers as it is told to.

Signs with a key of its own, holds the code to its PKCE challenge, and keeps what it was asked.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "oncoflag", "the secret of the client"


@dataclass
class Hospital:
    """*claims* are what its next token says beside the usual; *key* is what signs it."""

    url: str
    now: Any
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    own_key: Any = field(default_factory=lambda: _key("one"))
    key: Any = None
    algorithm: str = "RS256"

    def token(self, asked: dict[str, str]) -> str:
        """The id token of a login that was asked for so."""
        second = int(self.now().timestamp())
        usual = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "person-1",
            "name": "Hanna Hospital",
            "nonce": asked["nonce"],
            "iat": second,
            "exp": second + 300,
            "auth_time": second,
            "groups": ["mtb-review"],
        }
        said = {name: value for name, value in (usual | self.claims).items() if value is not None}
        key = self.key or self.own_key
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, said, key, [self.algorithm])


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": kid})


def stranger() -> RSAKey:
    """A key that is not the hospital's, under the same name."""
    return _key("one")


def open_hospital(now: Any) -> tuple[Hospital, uvicorn.Server, threading.Thread]:
    """A hospital on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    hospital = Hospital(url=f"http://127.0.0.1:{listening.getsockname()[1]}", now=now)
    server = uvicorn.Server(uvicorn.Config(_service(hospital), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    return hospital, server, thread


def _service(hospital: Hospital) -> FastAPI:
    made = FastAPI()

    @made.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, str]:
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        return {"issuer": hospital.url} | {name: f"{hospital.url}/{name}" for name in places}

    @made.get("/jwks_uri")
    def keys() -> dict[str, Any]:
        return KeySet([hospital.own_key]).as_dict(private=False)

    @made.get("/authorization_endpoint")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        hospital.asked.append(asked)
        code = secrets.token_urlsafe(16)
        hospital.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=303)

    @made.post("/token_endpoint")
    def token(
        code: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        authorization: Annotated[str, Header()],
    ) -> dict[str, str]:
        asked = hospital.codes.pop(code, None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        fits = asked is not None and (
            asked["code_challenge"] == challenge
            and asked["code_challenge_method"] == "S256"
            and asked["redirect_uri"] == redirect_uri
            and authorization == f"Basic {basic}"
        )
        if not fits:
            raise HTTPException(400)
        return {"access_token": "x", "token_type": "Bearer", "id_token": hospital.token(asked)}

    return made
