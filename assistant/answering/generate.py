"""From what was found to an answer as events: written by a chat model and checked, or in quotes."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from assistant.answering import compose
from assistant.answering.followups import Exchange, is_faithful
from assistant.answering.pipeline import QuestionPipeline
from assistant.answering.prompts import conversation_text, in_its_language, load_prompt, passages_within
from assistant.answering.stages import Assessed, Retrieved, timed
from assistant.answers import Answer, Citation, Event, Finished, Searched, StatementReady, Token, Withdrawn
from assistant.articles import Passage
from assistant.errors import ModelError
from assistant.models import OpenModels
from assistant.settings import Settings
from assistant.utils import CancelToken, Observers, counted, day, once

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable, RunnableConfig

    from assistant.answering.checked_draft import CheckedDraft
    from assistant.answering.draft import Sentence
    from assistant.models import Model, ModelServer
    from assistant.verification import Entails

_MOST_REPEATED = 2  # sentences that a model says again before it is stopped
_REPHRASING = 10.0  # seconds for a follow-up to be written out
_ANY_DAY = date(2025, 5, 6)
_MARGIN = 64  # tokens of a prompt that the template of a chat adds


class AnswerGenerator:
    """Answers what was asked, with the model of the settings or in quotes. May be used from several threads at once."""

    def __init__(
        self,
        settings: Settings,
        pipeline: QuestionPipeline,
        chat: "BaseChatModel | None" = None,
        opened: OpenModels | None = None,
        entails: "Callable[[], Entails | None] | None" = None,
    ) -> None:
        self._settings = settings
        self._chat = chat
        self._pipeline = pipeline
        self._observers = pipeline.observers
        self._opened = opened or OpenModels()
        self._entails = entails or once(self._open_nli)

    def with_model_of(self, settings: Settings) -> "AnswerGenerator":
        """One that answers with the model of these settings and shares all else, also the models that are open."""
        return AnswerGenerator(settings, self._pipeline, None, self._opened, self._entails)

    @property
    def has_model(self) -> bool:
        """Whether there is one, opened or not."""
        return self._chat is not None or self._settings.model is not None

    def _using(self, wait: float, stop: CancelToken | None = None) -> "AbstractContextManager[Model]":
        """The model that was given or that the settings name, opened at the first use."""
        if self._chat is None:
            return self._opened.using(self._settings, wait, stop)
        from assistant.models import as_model

        return nullcontext(as_model(self._chat, self._settings))

    def servers(self) -> "tuple[ModelServer, ...]":
        """The servers of the model, as far as is known; none while it is not open."""
        return self._opened.servers(self._settings) if self._chat is None else ()

    def close(self) -> None:
        """Let go of all models that are open."""
        self._opened.close()

    def prepare(self) -> None:
        """Open the models and read the prompts now. Raises SettingsError or ModelError when they cannot be used."""
        if self.has_model:
            from assistant.verification import find_claims

            with self._using(self._settings.model_timeout):
                load_prompt("answer", self._settings.prompts)
                load_prompt("rephrase", self._settings.prompts)
            find_claims("It was on Monday, 5 May 2025.", _ANY_DAY)  # what reads dates takes a tenth of a second to load
        self._entails()

    def _open_nli(self) -> "Entails | None":
        if self._settings.nli is None:
            return None
        from assistant.verification import open_nli

        return open_nli(self._settings.nli)

    def rewritten(self, question: str, before: Sequence[Exchange], stop: CancelToken | None = None) -> str | None:
        """`question` rewritten in full by the model; None without one, or when what it gives will not do."""
        if not self.has_model:
            return None
        quick = self._settings.model_copy(
            update={"model_timeout": min(_REPHRASING, self._settings.model_timeout / 3), "model_retries": 0}
        )
        turns = [(one.question, " ".join(one.said) or "The articles do not answer.") for one in before]
        try:
            with self._using(quick.model_timeout, stop) as model:
                written = _chain("rephrase", model, quick, stop, self._observers).invoke(
                    {"conversation": conversation_text(turns), "question": question}
                )
        except ModelError:
            return None
        if stop is not None and stop.cancelled:
            return None
        line = next(filter(None, map(str.strip, written.splitlines())), "").strip('"“”* ')
        fits = 0 < len(line) <= self._settings.max_question and line.endswith("?")
        return line if fits and is_faithful(question, line, before) else None

    # the answer as events

    def events(
        self, question: Retrieved | Assessed, stop: CancelToken | None = None, config: "RunnableConfig | None" = None
    ) -> Iterator[Event]:
        """The answer as it is made. Where nothing comes near, no model is called; what is uncertain is left to it.

        A model that fails gives way to quotes, with a notice.

        Raises SettingsError for a model or a prompt that cannot be used as it is set. Once `stop` is made it ends,
        without Finished.
        """
        retrieved = question.retrieved if isinstance(question, Assessed) else question
        yield Searched(len(retrieved.passages), len({passage.article.id for passage in retrieved.passages}))
        assessed = self._pipeline.assess(question) if retrieved.catalogue_reply is None else None
        if assessed is None or not self.has_model or not self._pipeline.comes_near(assessed):
            yield from _as_events(self._pipeline.answer(assessed or question))
            return
        if stop is not None and stop.cancelled:
            return
        try:
            with self._using(self._settings.model_timeout, stop) as model:
                yield from self._model_events(model, assessed, stop, config)
        except ModelError as error:
            if stop is not None and stop.cancelled:
                return
            reason = f"{_as_sentence(str(error))} These are the articles’ own words."
            yield Withdrawn(reason)
            answer = self._pipeline.answer(assessed)
            yield from _as_events(replace(answer, notices=(reason, *answer.notices)))

    def _model_events(
        self, model: "Model", assessed: Assessed, stop: CancelToken | None, config: "RunnableConfig | None"
    ) -> Iterator[Event]:
        from assistant.answering.checked_draft import CheckedDraft
        from assistant.answering.draft import ModelDraft
        from assistant.models import THOUGHT, CutError
        from assistant.verification import Checker

        offered, variables = self._variables(model, assessed)
        done = CancelToken()
        if stop is not None:
            stop.listen(done.cancel)
        tokens = cast(
            Generator[str, None, None],
            _chain("answer", model, self._settings, done, self._observers).stream(variables, config),
        )
        checker = Checker(
            offered, self._pipeline.read, self._entails(), another_language=assessed.retrieved.is_in_another_language
        )
        draft, written = ModelDraft(offered), CheckedDraft(checker)
        cut: str | None = None
        timings = assessed.retrieved.timings
        try:
            with timed("model", timings, self._observers):
                for token in tokens:
                    if token == THOUGHT:
                        yield Withdrawn("The model was thinking until now.")
                        draft, written = ModelDraft(offered), CheckedDraft(checker)
                        continue
                    yield from self._step(draft.add(token), written, timings)
                    if written.repeated >= _MOST_REPEATED:
                        break
                else:
                    yield from self._step(draft.end(), written, timings)
        except CutError as error:
            cut = _as_sentence(str(error))
            if not written.statements:
                raise
        finally:
            # First the model, then what reads it: LangChain reads a stream to its end when it is closed.
            done.cancel()
            tokens.close()
        if stop is not None and stop.cancelled:
            return
        answer = self._finished(model, assessed, written, cut)
        if answer.mode != "model":
            yield Withdrawn(_NOTHING_HOLDS if _NOTHING_HOLDS in answer.notices else "The articles do not answer.")
            yield from _as_events(answer)
        else:
            yield Finished(answer)

    def _step(
        self, added: "tuple[str, list[Sentence]]", written: "CheckedDraft", timings: dict[str, float]
    ) -> Iterator[Event]:
        text, sentences = added
        if text:
            yield Token(text)
        for sentence in sentences:
            with timed("verify", timings, self._observers):
                said = written.said(sentence, self._settings.strict)
            if said is not None:
                yield said

    def _finished(self, model: "Model", assessed: Assessed, written: "CheckedDraft", cut: str | None) -> Answer:
        if not written.statements and written.declined and not written.left_out:
            if assessed.briefing:
                return self._pipeline.quoted(assessed)
            return self._pipeline.unanswered(assessed, declined=True)
        if not any(statement.support != "unsupported" for statement in written.statements):
            answer = self._pipeline.answer(assessed)
            return replace(answer, notices=(_NOTHING_HOLDS, *answer.notices), left_out=written.left_out)
        notices = [cut] if cut else []
        notices.extend(f"The model adds: “{sentence}”" for sentence in written.declined)
        if written.left_out:
            notices.append(_left_out(written.left_out))
        said, cited = written.statements, written.citations
        return compose.generated_answer(assessed, said, cited, notices, written.left_out, model.name)

    def _variables(self, model: "Model", assessed: Assessed) -> tuple[dict[int, Passage], dict[str, str]]:
        """The passages that are offered, by number, and the variables of the prompt."""
        prompt, retrieved = load_prompt("answer", self._settings.prompts), assessed.retrieved
        newest, question = retrieved.corpus.newest, retrieved.searched_text
        if retrieved.is_in_another_language:
            question = in_its_language(question, self._settings.prompts)
        variables = {
            "question": question,
            "newest": day(newest) if newest else "unknown date",
            "passages": "",
        }
        fixed = sum(model.count(str(message.content)) for message in prompt.format_messages(**variables))
        budget = model.room() - self._settings.max_answer_tokens - fixed - _MARGIN
        wanted = self._settings.prompt_tokens or model.prompt_tokens or budget
        budget, cure = min((budget, "raise model_context or lower max_answer_tokens"), (wanted, "raise prompt_tokens"))
        offered = passages_within(budget, retrieved.passages, assessed.evidence, model.count)
        if not offered.passages:
            raise ModelError(
                f"the model {model.name} has room for {max(0, budget)} tokens of the articles, "
                f"too few for a sentence; {cure}"
            )
        variables["passages"] = offered.text
        return dict(enumerate(offered.passages, 1)), variables


def _chain(
    name: str, model: "Model", settings: Settings, stop: CancelToken | None, observers: Observers
) -> "Runnable[dict[str, Any], str]":
    """From the variables of a prompt to the model's text."""
    from langchain_core.output_parsers import StrOutputParser

    from assistant.models import BoundedModel, tracing_callbacks

    chain = load_prompt(name, settings.prompts) | BoundedModel(model, settings, stop, observers) | StrOutputParser()
    return chain.with_config(callbacks=tracing_callbacks(settings))


_NOTHING_HOLDS = (
    "The articles bear out nothing of what the model wrote, so it was dropped. These are the articles’ own words."
)


def _left_out(count: int) -> str:
    was = "was" if count == 1 else "were"
    return f"{counted(count, 'sentence')} of the model that the articles do not bear out {was} left out."


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _as_events(answer: Answer) -> Iterator[Event]:
    """A ready answer as events."""
    by_number: Mapping[int, Citation] = {one.number: one for one in answer.citations}
    for statement in answer.statements:
        yield StatementReady(statement, tuple(by_number[number] for number in statement.citations))
    yield Finished(answer)
