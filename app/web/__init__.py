"""A desk in, the service of the review pages out: its rooms, its rules, its files."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from app.web import (
    accuracy,
    case,
    cohort,
    context,
    corrections,
    decisions,
    errors,
    evidence,
    health,
    holds,
    login,
    monitor,
    oidc,
    out,
    queue,
    trail,
    users,
)
from app.web.desk import Desk
from app.web.porch import Porch

_STATIC = Path(__file__).parent / "static"


def service(desk: Desk) -> FastAPI:
    """The web application; every route but the public ones asks who is there (`porch`)."""
    oidc.check(desk.settings)
    made = FastAPI(title="Oncoflag", docs_url=None, redoc_url=None, openapi_url=None)
    made.state.desk = desk
    made.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for room in _rooms():
        made.include_router(room)
    errors.install(made)
    made.add_middleware(Porch, desk=desk)
    return made


def _rooms() -> tuple[APIRouter, ...]:
    return (
        login.router,
        oidc.router,
        health.router,
        users.router,
        trail.router,
        case.router,
        evidence.router,
        out.router,
        queue.router,
        monitor.router,
        cohort.router,
        accuracy.router,
        decisions.router,
        context.router,
        corrections.router,
        holds.router,
    )
