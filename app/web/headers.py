"""A path in, the headers of its answer out: what a browser may do with a page of ours (R26)."""

_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = (
    ("Content-Security-Policy", _CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
_STATIC = (("Cache-Control", "public, max-age=3600"),)
# Shared computers stand on wards: the way back must not show a patient to whoever comes next.
_DATA = (("Cache-Control", "no-store"),)
_HTTPS = (("Strict-Transport-Security", "max-age=31536000"),)


def headers(path: str, *, is_https: bool) -> tuple[tuple[str, str], ...]:
    """Every header that an answer at *path* carries beside its own."""
    kept = _STATIC if path.startswith("/static/") else _DATA
    return (*_ALWAYS, *kept, *(_HTTPS if is_https else ()))
