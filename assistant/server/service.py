"""Service: what all parts of a server share."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from assistant.accounts import Accounts, AuditLog, OidcProvider, Principal
from assistant.assistant import Assistant
from assistant.database import database
from assistant.server.corpus_metrics import CorpusCollector
from assistant.server.given_answers import GivenAnswers
from assistant.server.guard import asking
from assistant.server.jobs import RefreshJobs
from assistant.server.kept_responses import KeptResponses
from assistant.server.limits import QuestionLimits
from assistant.server.metrics import Metrics
from assistant.server.model_metrics import ModelServersCollector
from assistant.server.waiting import WaitingRoom
from assistant.settings import Settings

# Answers made at once: quotes are work for these cores; a model mostly means waiting.
_MAX_QUOTED, _MAX_WRITTEN = 4, 32


@dataclass(frozen=True)
class Service:
    """The assistant that a server asks, who may ask it how much, and the room in which questions wait for their turn.

    `jobs` are the refreshes that run in it. `audit` is told what is done; `provider` is where people sign in, if that
    is elsewhere. `given` are the answers that programs were given, `responses` those to requests with an idempotency
    key, `metrics` is what is counted.
    """

    assistant: Assistant
    accounts: Accounts
    room: WaitingRoom
    jobs: RefreshJobs
    limits: QuestionLimits
    audit: AuditLog
    metrics: Metrics
    provider: OidcProvider | None = None
    given: GivenAnswers = field(default_factory=GivenAnswers)
    responses: KeptResponses = field(default_factory=KeptResponses)

    @classmethod
    def of(cls, assistant: Assistant) -> "Service":
        """What a server of `assistant` needs."""
        settings = assistant.settings
        at_once = _MAX_WRITTEN if settings.model else _MAX_QUOTED
        room = WaitingRoom(at_once, settings.queue_size, settings.queue_share, needs_listeners=True)
        metrics = Metrics(room)
        metrics.registry.register(CorpusCollector(lambda: assistant.status()))
        metrics.registry.register(ModelServersCollector(lambda: assistant.model_servers()))
        assistant.observers.add(metrics)
        return cls(
            assistant,
            Accounts(settings),
            room,
            RefreshJobs(assistant),
            QuestionLimits(settings.questions_per_minute, database(settings)),
            AuditLog(database(settings), settings.audit_days),
            metrics,
            OidcProvider(settings) if settings.oidc_issuer else None,
            GivenAnswers.of(database(settings)),
            KeptResponses.of(database(settings)),
        )

    def note(self, who: Principal, action: str, target: str = "", address: str = "") -> None:
        """Put into the audit log what `who` does, from `address`, or where the request comes from that is served."""
        self.audit.add(who, action, target, address or asking.get())

    async def note_question(self, who: Principal, question: str, address: str) -> None:
        """The same of a question, if a setting says so."""
        if self.settings.audit_questions:
            await run_in_threadpool(self.note, who, "question", question, address)

    @property
    def settings(self) -> Settings:
        """The settings of the assistant."""
        return self.assistant.settings


def service_of(request: Request) -> Service:
    """The service that a request is served by."""
    found: Service = request.app.state.service
    return found


InService = Annotated[Service, Depends(service_of)]
"""A parameter of a route: what the server shares."""
