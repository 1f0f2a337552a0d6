"""A real web server and a real mail server on this machine: what arrives is kept to be read."""

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from email.message import EmailMessage


class Hook:
    """A web hook: answers with *status*, keeps what was posted to it."""

    def __init__(self, status: int = 200, location: str = "") -> None:
        self.status, self.location = status, location
        self.posted: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.url = ""

    def take(self, body: bytes) -> None:
        self.bodies.append(body)
        self.posted.append(json.loads(body))


@contextmanager
def hook(status: int = 200, location: str = "") -> Iterator[Hook]:
    kept = Hook(status, location)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(kept.status)
            if kept.location:
                self.send_header("Location", kept.location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        kept.url = f"http://127.0.0.1:{port}/token-in-the-address"
        yield kept


class Post:
    """A mail server without TLS: keeps letters, asks for a password if it is told to."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.letters: list[EmailMessage] = []
        self.logins: list[bytes] = []
        self.raw: list[bytes] = []
        self.port = 0


@contextmanager
def post(*, refuses: bool = False) -> Iterator[Post]:
    kept = Post(refuses=refuses)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    _letter(kept, iter(self.rfile.readline, b".\r\n"))
                if word == b"AUTH":
                    kept.logins.append(line)
                if word == b"RCPT" and kept.refuses:
                    self.wfile.write(b"550 nobody here is called so\r\n")
                    continue
                answer = b"250-here\r\n250 AUTH PLAIN\r\n" if word == b"EHLO" else b"250 well\r\n"
                self.wfile.write(b"235 well\r\n" if word == b"AUTH" else answer)
                if word == b"QUIT":
                    return

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        kept.port = port
        yield kept


def _letter(kept: Post, lines: Iterator[bytes]) -> None:
    whole = b"".join(lines)
    kept.raw.append(whole)
    kept.letters.append(email.message_from_bytes(whole, policy=policy.default))


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """The server at work in a thread; the port it was given."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
