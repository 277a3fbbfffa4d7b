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
from .named import has_one_of as has_one_of
from .named import is_about_the_named as is_about_the_named
from .named import is_of_strangers as is_of_strangers
from .named import names_asked as names_asked
from .named import namesakes as namesakes
from .pronouns import resolve_pronoun as resolve_pronoun
from .pronouns import with_announced as with_announced
from .selection import SelectedQuote as SelectedQuote
from .selection import is_of_the_asked_kind as is_of_the_asked_kind
from .selection import is_of_the_asked_time as is_of_the_asked_time
from .selection import select_quotes as select_quotes
from .selection import short_answer as short_answer
from .updates import correction_of as correction_of
from .updates import with_updates as with_updates

__all__: list[str]
