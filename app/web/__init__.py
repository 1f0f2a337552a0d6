"""A desk in, the service of the review pages out: its rooms, its rules, its files."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from app.web.desk import Desk

_STATIC = Path(__file__).parent / "static"


def service(desk: Desk) -> FastAPI:
    """The web application; every route but login and the static files asks who is there."""
    made = FastAPI(title="Oncoflag", docs_url=None, redoc_url=None, openapi_url=None)
    made.state.desk = desk
    made.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for room in _rooms():
        made.include_router(room)
    return made


def _rooms() -> tuple[APIRouter, ...]:
    return ()
