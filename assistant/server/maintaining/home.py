"""The home by REST: set back to the state before, looked through for damage, mended."""

from fastapi import APIRouter
from pydantic import Field

from assistant.errors import RefreshError
from assistant.index import Manifest
from assistant.maintenance import CheckReport
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Maintainer
from assistant.server.maintaining.forms import NO_PARAMETERS, PREFIX, Form, examples
from assistant.server.service import InService, Service

router = APIRouter(
    prefix=PREFIX, tags=["home"], route_class=IdempotentRoute, responses=PROBLEMS, dependencies=[NO_PARAMETERS]
)


class RollbackForm(Form):
    """What is to be set back."""

    model_config = examples({}, {"generation": "000002"})

    generation: str | None = Field(
        None, max_length=64, description="The one that must be the published one still, else nothing is changed."
    )


class CheckForm(Form):
    """What is to be done about damage."""

    repair: bool = Field(False, description="Whether what can be mended is mended.")


@router.post("/rollback", dependencies=[IDEMPOTENCY_KEY])
def roll_back(form: RollbackForm, who: Maintainer, service: InService) -> Manifest:
    """Publish the state of the corpus before the published one again."""
    job = service.jobs.begin("rollback", lambda callbacks: _rolled_back(service, form.generation), by=who.name)
    manifest = job.result()
    service.note(who, "rollback", manifest.name)
    return manifest


def _rolled_back(service: Service, generation: str | None) -> Manifest:
    if generation is not None and service.assistant.status().generation != generation:
        raise RefreshError("another refresh was published meanwhile, so nothing was changed; look at it and ask again")
    return service.assistant.rollback()


@router.post("/check")
def check(form: CheckForm, who: Maintainer, service: InService) -> CheckReport:
    """Look through every file of the home for damage, and mend what can be mended where that is asked for."""
    if not form.repair:
        return service.assistant.check()
    job = service.jobs.begin("repair", lambda callbacks: service.assistant.check(repair=True), by=who.name)
    service.note(who, "repair")
    return job.result()
