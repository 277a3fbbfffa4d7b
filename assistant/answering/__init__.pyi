from . import phrasing as phrasing
from .briefing import briefing_question as briefing_question
from .conversation import Conversation as Conversation
from .excerpts import read_excerpts as read_excerpts
from .followups import Exchange as Exchange
from .generators import Generators as Generators
from .phrasing import difference_text as difference_text
from .pipeline import QuestionPipeline as QuestionPipeline
from .runnable import AnswerRunnable as AnswerRunnable
from .stages import Retrieved as Retrieved
from .suggestions import story_question as story_question

__all__: list[str]
