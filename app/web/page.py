"""A template and its values in, one page out: text of reports reaches it escaped and plain."""

from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.web.address import case_word
from app.web.glance import asked
from exchange.plain import plain

_HERE = Path(__file__).parent


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = lambda value: plain(str(value))
    made.filters["asked"] = asked
    made.filters["case_word"] = case_word
    return made


_TEMPLATES = _environment()


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """The page of *template*; *person* and *csrf* of the request are there by themselves."""
    person = getattr(request.state, "person", None)
    csrf = getattr(request.state, "csrf", "")
    drawn = _TEMPLATES.get_template(template).render(
        request=request, person=person, csrf=csrf, **values
    )
    return HTMLResponse(drawn, status_code=status)
