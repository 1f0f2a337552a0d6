"""Arguments of Prefect's own command in, its server out, with a scheduler that schedules.

Prefect 3.8.8 with SQLAlchemy 2.1 runs, but plans no flow run of any schedule: its bulk insert
hands over the whole state under a name that 2.1 wants explained and 2.0 passed over. So it is
passed over here; a Prefect that explains it itself is left as it is.
"""

from collections.abc import MutableMapping
from typing import Any


def mend() -> bool:
    """Mend Prefect's scheduler in this process; False if that was not needed."""
    from prefect.server.database import orm_models  # noqa: PLC0415 - after the environment is set

    state = vars(orm_models.FlowRun)["state"]
    if state.bulk_dml_setter is not None:
        return False
    state.bulk_dml_setter = _passed_over
    return True


def _passed_over(_kind: type, mapping: MutableMapping[str, Any], _value: object) -> None:
    # Prefect writes the state as a row of its own, and then its id here.
    del mapping["state"]


def main() -> None:
    """Prefect's command line, mended."""
    mend()
    from prefect.cli import app  # noqa: PLC0415 - after the scheduler is mended

    app()


if __name__ == "__main__":
    main()
