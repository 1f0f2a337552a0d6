"""A request that changes something in, whether one of our own forms sent it out (R26)."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

FIELD = "csrf"
HEADER = "x-csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FIELDS = 1000


def before_login(cookie: str) -> str:
    """The token of a form that is filled in before anybody is logged in."""
    return hashlib.sha256(f"form {cookie}".encode("utf-8", "surrogatepass")).hexdigest()


def wrong(headers: Mapping[str, str], body: bytes, token: str, origin: str | None) -> bool:
    """Whether this may be another page's doing: no token of ours, or another origin.

    *origin* is the address of this service as people type it, None where only its host is known.
    """
    if not _is_same_site(headers, origin):
        return True
    given = headers.get(HEADER) or _of_form(headers.get("content-type", ""), body)
    return not (token and given and hmac.compare_digest(given.encode(), token.encode()))


def _is_same_site(headers: Mapping[str, str], origin: str | None) -> bool:
    site = headers.get("sec-fetch-site")
    if site not in {None, "same-origin", "none"}:
        return False
    stated = headers.get("origin")
    if stated is None:
        return True
    if stated == "null":
        # What browsers state of our own forms too, as our pages send no referrer (Fetch, 3.2).
        return site == "same-origin"
    if origin is not None:
        return stated == origin
    return urlsplit(stated).netloc == headers.get("host")


def _of_form(kind: str, body: bytes) -> str | None:
    if kind.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return None
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=_FIELDS)
    except ValueError:
        return None
    found = fields.get(FIELD, [])
    return found[0] if len(found) == 1 else None
