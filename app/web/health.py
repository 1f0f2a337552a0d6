"""A question of a watchdog in, whether the pages and their database answer out; nothing else."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.web.desk import TheDesk
from pipeline.errors import OncoflagError

router = APIRouter()


@router.get("/healthz")
def health(desk: TheDesk) -> PlainTextResponse:
    """`ok`, or 503 where the database does not answer; how the night was stands elsewhere."""
    try:
        desk.store.revision()
    except OncoflagError:
        return PlainTextResponse("the database does not answer\n", status_code=503)
    return PlainTextResponse("ok\n")
