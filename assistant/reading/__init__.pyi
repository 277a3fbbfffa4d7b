from .agreement import Disagreement as Disagreement
from .agreement import agreeing_publications as agreeing_publications
from .agreement import disagreements as disagreements
from .answerability import answer_probability as answer_probability
from .evidence import Evidence as Evidence
from .evidence import Excerpt as Excerpt
from .evidence import SubQuestion as SubQuestion
from .gather import Read as Read
from .gather import gather_evidence as gather_evidence
from .gather import reader_input as reader_input
from .gather import sub_questions as sub_questions
from .pronouns import resolve_pronoun as resolve_pronoun
from .pronouns import with_announced as with_announced
from .selection import SelectedQuote as SelectedQuote
from .selection import select_quotes as select_quotes

__all__: list[str]
