"""The reader as trained: an encoder over question and passage, with a head for each thing that is asked of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from assistant.evaluation.training.windows import Window, tokens
from assistant.models.passage_reader import ReaderInput, Reading, reading_of
from assistant.models.reader_input import Batch, Row, batch, row

_ROWS = 32  # read at a time


class Logits(NamedTuple):
    """What the reader says of a batch."""

    sentences: Tensor  # (rows, sentences): the sentence answers
    passage: Tensor  # (rows,): the passage answers
    claim: Tensor  # (rows,): the passage bears the claim out
    span: Tensor  # (rows, tokens, 2): a short answer begins, ends here


class ReaderNet(nn.Module):
    """One pass over [CLS] question [SEP] title sentences [SEP]."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        from transformers import BertModel

        # Eager attention without dropout: on a CPU five times faster to train than sdpa with it.
        self.encoder = BertModel.from_pretrained(
            encoder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        size = self.encoder.config.hidden_size
        self.sentence_head = _head(2 * size, size)
        self.passage_head = _head(size, size)
        self.claim_head = _head(size, size)
        self.span_head = nn.Linear(size, 2)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, pool: Tensor) -> Logits:
        """All four heads over one pass; the arguments are those of `Batch`."""
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        whole = states[:, 0]
        pooled = pool.to(states.dtype) @ states
        both = torch.cat([pooled, whole[:, None].expand_as(pooled)], -1)
        return Logits(
            self.sentence_head(both).squeeze(-1),
            self.passage_head(whole).squeeze(-1),
            self.claim_head(whole).squeeze(-1),
            self.span_head(states),
        )


def _head(inputs: int, size: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, size), nn.Tanh(), nn.Dropout(0.1), nn.Linear(size, 1))


def window_row(window: Window) -> Row:
    """The tokens of a window."""
    return row(tokens(window.text), tokens(window.title), [tokens(sentence) for sentence in window.sentences])


def tensors(arrays: Batch) -> list[Tensor]:
    """A batch for torch."""
    return [torch.from_numpy(array) for array in arrays]


def read_with(net: Any, inputs: Sequence[ReaderInput], autocast: bool = True) -> list[Reading]:
    """What the net says, in the form of the packaged reader; `autocast` runs it in bfloat16."""
    rows = [row(tokens(one.text), tokens(one.title), [tokens(each) for each in one.sentences]) for one in inputs]
    order = sorted(range(len(rows)), key=lambda number: len(rows[number].ids))
    found: dict[int, Reading] = {}
    for start in range(0, len(order), _ROWS):
        numbers = order[start : start + _ROWS]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            outputs = net(*tensors(batch([rows[number] for number in numbers])))
        for number, *parts in zip(numbers, *(part.float().numpy() for part in outputs), strict=True):
            found[number] = reading_of(rows[number], len(inputs[number].sentences), *parts)
    return [found[number] for number in range(len(rows))]


def loss(net: Any, windows: Sequence[Window]) -> Tensor:
    """Mean loss of a batch: cross-entropy of each head, weighted as the windows are."""
    rows = [window_row(window) for window in windows]
    with torch.autocast("cpu", torch.bfloat16):
        found = net(*tensors(batch(rows)))
    logits = Logits(*(part.float() for part in found))
    questions = [number for number, window in enumerate(windows) if not window.is_claim]
    claims = [number for number, window in enumerate(windows) if window.is_claim]
    total = torch.zeros(())
    if questions:
        total = total + _holds_loss(logits.passage, windows, questions)
        total = total + 0.4 * _span_loss(logits.span, windows, rows, questions)
    if claims:
        # Where few are in the batch they count for less.
        total = total + 1.5 * _holds_loss(logits.claim, windows, claims) * min(1.0, len(claims) / 6)
    total = total + _rival_loss(logits, windows)
    # Of a claim, the sentences that bear it out are marked by the same head.
    total = total + 1.5 * _sentence_loss(logits.sentences, windows)
    return total + 0.3 * _first_loss(logits.sentences, windows)


def _holds_loss(logits: Tensor, windows: Sequence[Window], numbers: list[int]) -> Tensor:
    target = torch.tensor([float(windows[number].holds) for number in numbers])
    weight = torch.tensor([windows[number].weight for number in numbers])
    each = nn.functional.binary_cross_entropy_with_logits(logits[numbers], target, reduction="none")
    return (each * weight).sum() / weight.sum()


def _rival_loss(logits: Logits, windows: Sequence[Window]) -> Tensor:
    """What holds before its rival over the same sentences, which follows it in the batch."""
    pairs = [number for number, window in enumerate(windows) if window.rival]
    if not pairs:
        return torch.zeros(())
    is_claim = torch.tensor([window.is_claim for window in windows])
    holds = torch.where(is_claim, logits.claim, logits.passage)
    others = [number + 1 for number in pairs]
    weight = torch.where(is_claim[pairs], 1.5, 0.5)
    return (nn.functional.softplus(holds[others] - holds[pairs]) * weight).mean() * min(1.0, len(pairs) / 6)


def _sentence_loss(logits: Tensor, windows: Sequence[Window]) -> Tensor:
    picked, target, weight = [], [], []
    for number, window in enumerate(windows):
        picked.append(logits[number, : len(window.sentences)])
        for sentence in range(len(window.sentences)):
            is_gold = sentence in window.gold
            target.append(float(is_gold))
            weight.append(window.weight * (2.5 if is_gold else 1.0))
    weights = torch.tensor(weight)
    each = nn.functional.binary_cross_entropy_with_logits(torch.cat(picked), torch.tensor(target), reduction="none")
    return (each * weights).sum() / weights.sum()


def _first_loss(logits: Tensor, windows: Sequence[Window]) -> Tensor:
    """A gold sentence before all others of its window."""
    losses = []
    for number, window in enumerate(windows):
        if window.gold and len(window.gold) < len(window.sentences):
            chances = logits[number, : len(window.sentences)].log_softmax(0)
            losses.append(-chances[list(window.gold)].logsumexp(0))
    return torch.stack(losses).mean() if losses else torch.zeros(())


def _span_loss(logits: Tensor, windows: Sequence[Window], rows: Sequence[Row], numbers: list[int]) -> Tensor:
    losses = []
    for number in numbers:
        answer = windows[number].answer
        if answer is None:
            continue
        sentence, first, last = answer
        each = rows[number]
        inside = [
            token
            for token, owner in enumerate(each.sentence)
            if owner == sentence and each.offsets[token][1] > first and each.offsets[token][0] < last
        ]
        if inside:
            outside = torch.tensor([owner < 0 for owner in each.sentence])
            chances = logits[number, : len(outside)].masked_fill(outside[:, None], -1e4).log_softmax(0)
            losses.append(-(chances[inside[0], 0] + chances[inside[-1], 1]) / 2)
    return torch.stack(losses).mean() * min(1.0, len(losses) / 8) if losses else torch.zeros(())
