"""Questions about the corpus itself ("How many articles are there on the cannery?"), recognised by their form.

Every word of a question must fit a form, so that none is taken that asks for what articles say ("How many articles did
the treaty have?").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from assistant.retrieval.time_filters import Time
from assistant.text import Mention, alternation, split_words, stem, word_list

RequestKind = Literal["count", "newest", "oldest", "publications", "dates", "list", "count_by_publication"]

_LONGEST = 300  # characters
_MOST_TOPIC = 8  # words

_PUB, _WHEN = "§", "¤"  # stand for a publication and for a time
_ARTICLE = r"(?:(?:news|press) )?(?:articles?|stories|story)"
_REPORT = rf"(?:news )?{alternation('corpus_questions', 'reports')}"
_OUTLET = rf"(?:(?:news|media) )?{alternation('corpus_questions', 'publications')}"
_CORPUS = rf"(?:the|this|your|our|my) (?:\w+ )?{alternation('corpus_questions', 'collections')}"
_YOURS = rf"(?:you|we|{_CORPUS})"
_ALL = rf"(?:(?:the|your|these|our) (?:articles|stories|news|information|data|sources)|{_YOURS})"
_WHICH, _WHAT_IS = "(?:which|what)", "(?:what(?: is|['’]s| are| was| were) )?"
# That the articles here are meant: each of these makes a question one about the corpus.
_MARK = "|".join(
    (
        rf"(?:are |is )?(?:in|within|of|from) {_CORPUS}",
        rf"(?:do|can|does|did) {_YOURS} (?:have|hold|contain|include|know|know of|see|read|search|use|cover|draw on)",
        rf"(?:have|has) {_YOURS} (?:got|read|indexed|collected)",
        rf"(?:that )?{_YOURS} (?:have|has|hold|contain|use|know|search)",
        r"(?:are|is) (?:indexed|loaded|stored|available(?: here)?|included|searchable|here|held)",
    )
)
_THERE = (
    r"(?:are|is|were|was) there|there (?:are|is)"
    r"|(?:are|were|was|is|have been|has been) (?:published|written|printed|carried)"
)
_BY = (
    rf"(?:(?:that|which) )?(?:(?:are|were|is|was) )?(?:(?:published|written|printed|carried) )?(?:from|by|in|of) {_PUB}"
)
_DOES = (
    rf"(?:did|does|has|have|do) {_PUB} (?:have|publish|published|write|written|run|carry|carried|print|printed|report"
    rf"|reported|produce|produced|put out)|{_PUB} (?:published|wrote|ran|carried|printed|has|have)"
)
_TOPIC = (
    r"(?:(?:that|which) )?(?:(?:are|were|is|was|deal|deals|dealing) )?"
    r"(?:about|on|regarding|concerning|covering|mention|mentions|mentioning|with|to do with|related to) "
    r"(?P<topic>[^§¤]+?)"
)
_FILL = r"in total|in all|altogether|overall|so far|now|currently|in there"
_TAIL = rf"(?: (?:{_MARK}|{_THERE}|{_BY}|{_DOES}|{_WHEN}|{_FILL}))"
_REST = rf"(?P<before>{_TAIL}*)(?: {_TOPIC})?(?P<after>{_TAIL}*)"
_LAST = r"(?:(?:very )?(?P<newest>newest|latest|most recent|last)|(?:very )?(?P<oldest>oldest|earliest|first))"
_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|and|so|please|then|also),? "
    r"|(?:can|could|would) you (?:please )?(?:tell|show|give) (?:me|us) |(?:please )?(?:tell|give) (?:me|us) "
    r"|do you know |i(?: would|'d) like to know |i want to know )+"
)
_IS = (
    r"(?:what(?: is|['’]s| are| was| were) |which (?:is|are|was) |when (?:was|is|were) "
    r"|how (?:old|recent|new) (?:is|are) |show (?:me )?)?(?:the |your |our )?(?:(?:date|age|title|headline) of the )?"
)
_WROTE = r"(?:wrote|write|have written|reported|report|have reported|have articles|have stories)"
_ANY = r"(?:an?|any|some)"

_FORMS: tuple[tuple[RequestKind | None, str], ...] = (
    ("count_by_publication", rf"how many (?:{_ARTICLE}|{_REPORT}) (?:per|by|(?:for|from|of) each) {_OUTLET}{_REST}"),
    (
        "count_by_publication",
        rf"how many {_ARTICLE} (?:does|do|did|has|have) (?:each|every) {_OUTLET} (?:have|publish|published){_REST}",
    ),
    (
        "count_by_publication",
        rf"{_WHICH} {_OUTLET} (?:has|have|had|published|wrote|ran|carried|with) (?:the )?most"
        rf"(?: (?:{_ARTICLE}|{_REPORT}))?{_REST}",
    ),
    (
        "count",
        rf"(?:how many|{_WHAT_IS}the (?:total )?number of|count (?:all )?(?:the)?) ?"
        rf"(?P<what>{_ARTICLE}|{_REPORT}){_REST}",
    ),
    ("count", rf"how (?:big|large) is {_CORPUS}"),
    (None, rf"{_IS}{_LAST} (?P<what>{_ARTICLE}|{_REPORT}){_REST}(?: published| from| dated)?"),
    (
        "newest",
        rf"when did {_PUB} last (?:publish|write|report|run|carry)(?: (?:anything|something|an? {_ARTICLE}))?{_REST}",
    ),
    ("publications", rf"{_WHICH} {_OUTLET} (?:are there|{_MARK})(?: {_ARTICLE} from)?"),
    ("publications", rf"{_WHICH} are (?:your|the|our) {_OUTLET}(?: (?:{_MARK}))?"),
    (
        "publications",
        rf"(?:list|show|show me|name|how many) (?:all )?(?:your |the |of the )?{_OUTLET}(?: (?:are there|{_MARK}))?",
    ),
    ("publications", r"where (?:do|did) (?:the|your|these|our) (?:articles|stories|news) come from"),
    (
        "publications",
        rf"{_WHICH} {_OUTLET} {_WROTE}(?: (?:articles|stories))? (?:about|on) (?P<topic>[^§¤]+?)"
        rf"(?P<after>(?: {_WHEN})*)",
    ),
    (
        "dates",
        rf"{_WHICH} (?:dates?|periods?|times?|time ?span|time ?frame|date range|range of dates|span|years|months|days)"
        rf" (?:do|does|is|are) {_ALL} (?:cover|covered|span|run|go|from|have)(?: (?:over|from|articles for))?",
    ),
    (
        "dates",
        rf"{_WHAT_IS}the (?:date range|time ?span|period|range of dates|dates) (?:of|in|covered by) "
        rf"(?:(?:the|your) articles|{_CORPUS})",
    ),
    ("dates", rf"how far back (?:do|does) {_ALL} (?:go|reach)"),
    ("dates", rf"how (?:recent|old|current|new|up[- ]to[- ]date|fresh) (?:is|are) (?!you$|we$){_ALL}"),
    ("dates", rf"when (?:do|does) (?:(?:the|your) articles|{_CORPUS}) (?:start|begin|end|stop)(?: and (?:end|stop))?"),
    (
        "list",
        r"(?:list|show|name|find|give)(?: me)?(?: all)?(?: of)?(?: the| your| our| any| every)? "
        rf"{_ARTICLE}{_REST}",
    ),
    ("list", rf"{_WHICH} (?P<what>{_ARTICLE}){_REST}"),
    (
        "list",
        rf"(?:do {_YOURS} have|does {_CORPUS} have|have you got|(?:is|are) there) {_ANY} (?P<what>{_ARTICLE}){_REST}",
    ),
    ("list", rf"do {_YOURS} have {_ANY} {_REPORT} (?:about|on|regarding|concerning) (?P<topic>[^§¤]+?)"),
)
# Each form has one of these. Few questions do, and to compile the forms takes a twentieth of a short command.
_ANY_FORM = re.compile(rf"{_ARTICLE}|{_REPORT}|{_OUTLET}|\b{_ALL}\b|{_PUB}")
_TIED = re.compile(rf"{_MARK}|{_BY}|{_DOES}")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked about the corpus.

    `terms` are the content words of the topic, each stem once, all of which an article must have; `written` are the
    same words as the question writes them.
    """

    kind: RequestKind
    terms: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def about_the_corpus(question: str, publications: Sequence[Mention] = (), times: Sequence[Time] = ()) -> Request | None:
    """What `question` asks about the corpus itself; None for every other question.

    `publications` and `times` are those that the question names.
    """
    if len(question) > _LONGEST:
        return None
    text = _plain(_masked(question, publications, times))
    if not _ANY_FORM.search(text):
        return None
    for kind, form in _compiled():
        found = form.fullmatch(text)
        request = found and _request(kind, found, publications, times)
        if request:
            return replace(request, written=_as_written(question, request.terms))
    return None


@cache
def _compiled() -> tuple[tuple[RequestKind | None, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(form)) for kind, form in _FORMS)


def _masked(question: str, publications: Sequence[Mention], times: Sequence[Time]) -> str:
    spans = {(mention.start, mention.end): _PUB for mention in publications}
    spans |= {(time.start, time.end): _WHEN for time in times}
    pieces, done = [], 0
    for (start, end), mark in sorted(spans.items()):
        if start >= done:
            pieces += [question[done:start], f" {mark} "]
            done = end
    return "".join([*pieces, question[done:]])


def _plain(text: str) -> str:
    line = " ".join(re.sub(r"[?!.,;:\"“”]+(?=\s|$)|[\"“”]", " ", text.lower()).split())
    line = re.sub(rf"{_PUB}(?:,? (?:and|or|&) (?:from |by |in )?{_PUB}| {_PUB})+", _PUB, line)
    return _LEAD.sub("", line).removesuffix(" please")


def _request(
    kind: RequestKind | None, found: re.Match[str], publications: Sequence[Mention], times: Sequence[Time]
) -> Request | None:
    parts = {name: part or "" for name, part in found.groupdict().items()}
    rest = f"{parts.get('before', '')} {parts.get('after', '')}"
    topic = parts.get("topic", "")
    terms = _terms(topic)
    if kind is None:
        kind = "oldest" if parts["oldest"] else "newest"
    if (topic and not terms) or not _is_about_corpus(kind, parts.get("what", ""), bool(topic), rest):
        return None
    since = max((time.since for time in times if time.since), default=None)
    until = min((time.until for time in times if time.until), default=None)
    if since and until and since > until:
        return None  # "articles from May about the vote in June"
    names = tuple(dict.fromkeys(mention.name for mention in publications))
    return Request(kind, terms=terms, publications=names, since=since, until=until)


def _is_about_corpus(kind: RequestKind, what: str, topic: bool, rest: str) -> bool:
    """Whether the articles here are meant, and not "the articles" or "the reports" of something else."""
    if not what or _TIED.search(rest):
        return True
    if not re.fullmatch(_ARTICLE, what):
        return kind in ("newest", "oldest") and topic and what == "news"
    return topic or kind in ("newest", "oldest") or (what.endswith("s") and bool(re.search(_THERE, rest)))


def _terms(topic: str) -> tuple[str, ...]:
    found = split_words(topic)
    if len(found) > _MOST_TOPIC or word_list("corpus_questions", "no_topic").intersection(found):
        return ()
    passed_over = word_list("corpus_questions", "pointing") | word_list("corpus_questions", "links")
    by_stem = {stem(word): word for word in reversed(found) if word not in passed_over}
    return tuple(reversed(by_stem.values()))


def _as_written(question: str, terms: Sequence[str]) -> tuple[str, ...]:
    forms = {"".join(split_words(token)): token for token in re.findall(r"[^\W_]+", question)}
    return tuple(forms.get(term, term) for term in terms)
