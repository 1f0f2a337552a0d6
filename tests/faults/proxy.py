"""A PostgreSQL in, the same behind a door out that can be shut at the worst moment."""

import contextlib
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

_COMMIT = b"COMMIT\0"


class Proxy:
    """Passes bytes on; at the *nth* COMMIT it cuts the line, and lets nobody in again if *shut*.

    *answered* says which side of the commit is cut: True passes it on and loses the answer, False
    loses the commit itself.
    """

    def __init__(self, url: str, *, nth: int, answered: bool, shut: bool) -> None:
        self._server = _socket_of(sa.make_url(url))
        self._left, self._answered, self._shut = nth, answered, shut
        self.cut = threading.Event()
        self._folder = tempfile.mkdtemp(prefix="oncoflag-proxy-")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{self._folder}/.s.PGSQL.5432")
        self._listener.listen(8)
        own = sa.make_url(url).update_query_dict({"host": self._folder})
        self.url = own.render_as_string(hide_password=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.close()
        with contextlib.suppress(FileNotFoundError):
            Path(self._folder, ".s.PGSQL.5432").unlink()
        with contextlib.suppress(OSError):
            Path(self._folder).rmdir()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._shut and self.cut.is_set():
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for work in (self._to_server, self._to_client):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if _COMMIT in data and not self.cut.is_set():
                    self._left -= 1
                    if self._left == 0:
                        self._strike(client, server, data)
                        return
                server.sendall(data)
        _end(server)

    def _strike(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        self.cut.set()
        if self._answered:
            server.sendall(data)
            # The other thread waits for the answer, and finds that the cut is made.
            return
        _end(client)
        _end(server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                if self.cut.is_set() and self._answered and self._left == 0:
                    self._left = -1
                    break
                client.sendall(data)
        _end(client)
        _end(server)


@contextlib.contextmanager
def between(url: str, *, nth: int, answered: bool, shut: bool = False) -> Iterator[Proxy]:
    """The door before the database at *url*; its own address is `Proxy.url`."""
    proxy = Proxy(url, nth=nth, answered=answered, shut=shut)
    try:
        yield proxy
    finally:
        proxy.close()


def _socket_of(url: sa.URL) -> str:
    host = url.query.get("host") or url.host
    if not isinstance(host, str) or not host.startswith("/"):
        raise LookupError("this PostgreSQL has no socket in the file system")
    return os.path.join(host, f".s.PGSQL.{url.port or 5432}")  # noqa: PTH118 - a socket's address


def _end(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
