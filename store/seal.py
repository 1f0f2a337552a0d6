"""What makes the audit believable, in one value: a key outside the database, and an anchor file.

Who can write the database cannot make an entry without the key (HMAC-SHA256, RFC 2104), and who
has the key cannot take entries away that the anchor names.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import InputError

KEY_BYTES = 32


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The key (empty in tests), the anchor (None: none is kept), who acts and what time it is."""

    key: bytes = field(default=b"", repr=False)
    anchor: Path | None = None
    actor: str = "oncoflag"
    clock: Callable[[], datetime] = field(default=_now, repr=False)

    def stamp(self, text: str) -> str:
        """The seal of *text*, in hexadecimal."""
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()

    def fits(self, text: str, stamp: str) -> bool:
        """True if *stamp* was made of *text* with this key."""
        return hmac.compare_digest(self.stamp(text).encode(), stamp.encode("utf-8", "replace"))


def key_at(path: Path) -> bytes | None:
    """The key in the file; None where there is no file, `InputError` where there is no key."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"the audit key cannot be read: {_reason(error)}") from None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise InputError(f"the audit key is no key: {KEY_BYTES} bytes in hexadecimal are expected")
    return key


def make_key(path: Path) -> bytes:
    """A new key in a new file that its owner alone reads; the key of whoever was faster."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        _write(fresh, secrets.token_bytes(KEY_BYTES).hex())
        # A link appears whole or not at all, and never over a file that is there.
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink(missing_ok=True)
        _settle(path.parent)
    except OSError as error:
        raise InputError(f"the audit key cannot be made: {_reason(error)}") from None
    key = key_at(path)
    if key is None:
        raise InputError("the audit key vanished while it was made")
    return key


def _write(path: Path, text: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as key:
        key.write(f"{text}\n")
        key.flush()
        os.fsync(key.fileno())


def _settle(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno or 0).lower()
