from .bounded_chat import BoundedModel as BoundedModel
from .bounded_chat import CutError as CutError
from .chat import Model as Model
from .chat import as_model as as_model
from .chat import open_model as open_model
from .cross_encoder import open_cross_encoder as open_cross_encoder
from .embedders import Embedder as Embedder
from .embedders import Vectors as Vectors
from .embedders import as_vectors as as_vectors
from .embedders import counter_for as counter_for
from .embedders import describe as describe
from .embedders import open_embeddings as open_embeddings
from .embedders import unit as unit
from .encoder import Encoder as Encoder
from .linear import Linear as Linear
from .linear import load as load
from .ner import EntityMention as EntityMention
from .ner import Kind as Kind
from .ner import entity_recognizer as entity_recognizer
from .passage_reader import ReaderInput as ReaderInput
from .passage_reader import Reading as Reading
from .passage_reader import open_reader as open_reader
from .reader_input import in_context as in_context
from .tokenizer import CountTokens as CountTokens
from .tokenizer import TokenCounter as TokenCounter
from .tokenizer import token_counter as token_counter

__all__: list[str]
