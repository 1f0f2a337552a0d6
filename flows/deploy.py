"""A schedule in, the deployment of the nightly flow on Prefect's server out."""

from dataclasses import dataclass

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.nightly import nightly
from flows.server import CRON, POOL
from pipeline.errors import InputError, OrchestratorError

NAME = "inbox"
_TOLD = "Every night: the inbox of the settings, read, interpreted and stored."


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What stands on the server now: *deployment* as Prefect writes it, its pool, its schedule."""

    deployment: str
    pool: str
    cron: str
    timezone: str = "UTC"


def deploy(cron: str | None) -> Deployed:
    """Make or change the work pool and the deployment, *cron* in UTC.

    It may be done again at any time, and takes the place of what stands there; without *cron* the
    schedule that stands there is kept, so that starting a server moves no night.

    Raises:
        InputError: *cron* is no schedule.
        OrchestratorError: Prefect's server cannot be reached, or refuses.
    """
    schedule = None if cron is None else _schedule(cron)
    try:
        _make_pool()
        schedule = schedule or _standing() or _schedule(CRON)
        RunnerDeployment.from_flow(
            nightly,
            NAME,
            schedules=[schedule],
            description=_TOLD,
            tags=["oncoflag"],
            work_pool_name=POOL,
            # Imported from where the package is installed: no path in Prefect's database.
            entrypoint_type=EntrypointType.MODULE_PATH,
        ).apply()
    except Exception as error:
        told = f"Prefect refused the deployment ({type(error).__name__}); is its server reachable?"
        raise OrchestratorError(told) from error
    return Deployed(deployment=f"{nightly.name}/{NAME}", pool=POOL, cron=schedule.cron)


def _standing() -> CronSchedule | None:
    """The schedule of the deployment as it stands, if it is one of ours: in UTC."""
    with get_client(sync_client=True) as client:
        try:
            found = client.read_deployment_by_name(f"{nightly.name}/{NAME}")
        except ObjectNotFound:
            return None
    every = (each.schedule for each in found.schedules)
    ours = (each for each in every if isinstance(each, CronSchedule) and each.timezone == "UTC")
    return next(ours, None)


def _schedule(cron: str) -> CronSchedule:
    try:
        # In UTC no night is left out or doubled when summer time begins or ends.
        return CronSchedule(cron=cron, timezone="UTC")
    except ValueError:
        raise InputError(f"--cron: {cron!r} is no schedule such as '15 1 * * *'") from None


def _make_pool() -> None:
    pool = WorkPoolCreate(
        name=POOL,
        type=ProcessWorker.type,
        description="Nights of Oncoflag, each in a process of its own.",
        base_job_template=ProcessWorker.get_default_base_job_template(),
    )
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return
