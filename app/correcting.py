"""Readings that were judged wrong in, files for the tests of their readers out: `corrections`."""

from pathlib import Path
from typing import Annotated

import typer

from app.options import AsJson

correct_app = typer.Typer()


@correct_app.command()
def corrections(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there.")],
    as_json: AsJson = False,
) -> None:
    """Save what reviewers judged misread as tests of the readers; never a page of a report."""
    from app import speak  # noqa: PLC0415
    from app.fixtures import fixture  # noqa: PLC0415
    from exchange.documents import VERSION  # noqa: PLC0415
    from flows.opening import must_exist, opened  # noqa: PLC0415
    from pipeline.settings import load  # noqa: PLC0415

    must_exist(settings := load())
    with opened(settings) as store:
        found = [fixture(each) for each in store.wrong_readings()]
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found:
        (folder / name).write_text(text, encoding="utf-8")
    if as_json:
        speak.document({"version": VERSION, "saved": [name for name, _ in found]})
        return
    from rich.text import Text  # noqa: PLC0415 - rich is for people

    speak.table(Text(f"{len(found)} corrections saved"))
