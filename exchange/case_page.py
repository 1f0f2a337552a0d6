"""What a printed page shows in, the page out: HTML that stands alone, or PDF on A4.

Every text goes through the template's escaping and is made plain first: what a report prints is
never markup. Nothing is loaded from outside the page.
"""

from functools import cache
from typing import Any, NoReturn

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from exchange.case_sheet import Sheet
from exchange.plain import plain
from pipeline.errors import InputError

_SIZES = (8.0, 7.5)
"""Letters in points: the larger, and the smaller one where it brings the case onto one page."""


def html(sheet: Sheet, size: float = _SIZES[0]) -> str:
    """The page as one HTML document; *size* is that of the printed letters in points."""
    return _template().render(sheet=sheet, said=sheet.said, size=size)


def pdf(sheet: Sheet) -> bytes:
    """The page as PDF, A4; `InputError` where the libraries that draw it are not installed."""
    printer = _printer()
    large, small = _SIZES
    drawn = printer(string=html(sheet, large), url_fetcher=_refuse).render()
    if len(drawn.pages) == 2:
        denser = printer(string=html(sheet, small), url_fetcher=_refuse).render()
        drawn = denser if len(denser.pages) == 1 else drawn
    return bytes(drawn.write_pdf())


@cache
def _template() -> Template:
    rooms = Environment(
        loader=PackageLoader("exchange"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return rooms.get_template("case.html")


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    # What a macro has written is escaped already; None would be printed as a word.
    if value is None:
        return ""
    return value if hasattr(value, "__html__") else plain(str(value))


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"the page loads nothing from outside: {url[:20]}")


def _printer() -> Any:  # noqa: ANN401 - a class of an extra
    try:
        from weasyprint import HTML  # noqa: PLC0415 - an extra that takes 0.4 s
    except ImportError:
        raise InputError("PDF needs a library: pip install 'oncoflag[pdf]'") from None
    except OSError:
        needed = "libpango-1.0-0 and libpangoft2-1.0-0 (Debian)"
        raise InputError(f"PDF needs the system libraries {needed}") from None
    return HTML
