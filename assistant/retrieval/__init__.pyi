from .corpus_questions import SMALL_TALK as SMALL_TALK
from .corpus_questions import Request as Request
from .deduplicate import without_near_duplicates as without_near_duplicates
from .langchain import HybridRetriever as HybridRetriever
from .langchain import as_document as as_document
from .overrides import Aspects as Aspects
from .overrides import aspects as aspects
from .overrides import tidy as tidy
from .query_plan import QueryPlan as QueryPlan
from .query_plan import corpus_request as corpus_request
from .query_plan import plan_query as plan_query
from .question import Query as Query
from .question import parse as parse
from .rerank import DEPTH as DEPTH
from .rerank import Rerank as Rerank
from .rerank import open_reranker as open_reranker
from .search import hybrid_search as hybrid_search
from .time_filters import Time as Time
from .time_filters import times_named as times_named

__all__: list[str]
