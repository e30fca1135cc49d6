"""The texts that one network writes at the same time; they join and leave between steps."""

from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn import functional

from models.card import AnyVocabulary
from models.engine.request import SampleRequest
from models.recognise import recognise
from models.rnn import CharRNN
from models.sampling import next_ids, uniform_draws

# Matrix products over fewer rows use other kernels that round differently: a lone text is padded to this many.
MIN_ROWS = 4


@dataclass
class Row:
    """One text being written."""

    key: int
    request: SampleRequest
    draws: list[float]  # by the number of characters before a token: the same wherever the text is taken up again
    end: str  # what the next token follows: the last two characters of prompt and text
    written: int = 0  # characters
    held_back: list[str] = field(default_factory=list)  # last tokens, while the stop string may begin in the first one


@dataclass(frozen=True)
class Piece:
    """What one text gained in a chunk of steps."""

    key: int
    text: str
    ended: bool


class Batch:
    """Dense rows: row i of every tensor belongs to `rows[i]`; rows beyond them are padding."""

    rows: list[Row]
    _state: Tensor  # (layers, parts, rows, hidden)
    _ids: Tensor  # (rows,): the token that the next step reads
    _temperatures: Tensor  # (live rows,), as the two below
    _top_ks: Tensor
    _top_ps: Tensor

    def __init__(self, model: CharRNN, vocabulary: AnyVocabulary) -> None:
        self.model, self.vocabulary = model, vocabulary
        self._barred = torch.tensor(vocabulary.barred)  # (borders, vocabulary)
        self._place_rows([], model.initial_state(torch.zeros(0, dtype=torch.int64)), torch.zeros(0, dtype=torch.int64))

    @torch.inference_mode()
    def admit(self, key: int, request: SampleRequest) -> int:
        """Prime the hidden state with all of the prompt but its last token, which the next step reads.

        Return the language, as a number, in whose initial state the text begins.
        """
        ids = torch.tensor(self.vocabulary.encode(request.prompt))
        language = request.language
        if language is None:
            language = recognise(self.model, self.vocabulary, request.prompt, request.likely_language)
        state = self.model.initial_state(torch.tensor([language]))
        if len(ids) > 1:
            _, state = self.model(ids[:-1].unsqueeze(1), state)
        draws = uniform_draws(request.seed, request.first_draw, request.length)
        live = len(self.rows)
        self._place_rows(
            [*self.rows, Row(key, request, draws, request.prompt[-2:])],
            torch.cat([self._state[:, :, :live], state], dim=2),
            torch.cat([self._ids[:live], ids[-1:]]),
        )
        return language

    def cancel(self, key: int) -> None:
        """Drop a text; nothing happens when it has ended already."""
        self._retire({key})

    @torch.inference_mode()
    def advance(self, steps: int) -> list[Piece]:
        """Take up to `steps` steps and return what each text gained."""
        gained = {row.key: "" for row in self.rows}
        ended: set[int] = set()
        for _ in range(steps):
            if not self.rows:
                break
            finished = {
                row.key for row, token in zip(self.rows, self._step(), strict=True) if self._write(row, token, gained)
            }
            self._retire(finished)
            ended |= finished
        return [Piece(key, text, key in ended) for key, text in gained.items() if text or key in ended]

    def _step(self) -> list[str]:
        """Return what the next token adds to every row's text."""
        logits, self._state = self.model.step(self._ids, self._state)
        live = len(self.rows)
        borders = [self.vocabulary.border(row.end) for row in self.rows]
        allowed = logits[:live].masked_fill(self._barred[borders], -torch.inf)
        uniforms = torch.tensor([row.draws[row.written] for row in self.rows], dtype=torch.float64)
        ids = next_ids(allowed, self._temperatures, self._top_ks, self._top_ps, uniforms)
        self._ids = functional.pad(ids, (0, len(self._ids) - live))
        return [self.vocabulary.added(row.end, index) for row, index in zip(self.rows, ids.tolist(), strict=True)]

    def _write(self, row: Row, token: str, gained: dict[int, str]) -> bool:
        """Add a token to a text, unless that would exceed its length, and say whether the text has ended."""
        length, stop = row.request.length, row.request.stop
        if row.written + len(token) > length:
            gained[row.key] += "".join(row.held_back)
            return True
        row.written += len(token)
        row.end = (row.end + token)[-2:]
        row.held_back.append(token)
        text = "".join(row.held_back)
        if stop and stop in text:
            gained[row.key] += text.partition(stop)[0]
            return True
        at_end = row.written == length
        free = len(row.held_back) if at_end else _free(row.held_back, stop)
        gained[row.key] += "".join(row.held_back[:free])
        del row.held_back[:free]
        return at_end

    def _retire(self, keys: set[int]) -> None:
        kept = [index for index, row in enumerate(self.rows) if row.key not in keys]
        if len(kept) < len(self.rows):
            self._place_rows([self.rows[index] for index in kept], self._state[:, :, kept], self._ids[kept])

    def _place_rows(self, rows: list[Row], state: Tensor, ids: Tensor) -> None:
        """Lay out live rows densely; state (layers, parts, live, hidden), ids (live,)."""
        padding = max(0, MIN_ROWS - len(rows))
        self.rows = rows
        self._state = functional.pad(state, (0, 0, 0, padding))
        self._ids = functional.pad(ids, (0, padding))
        requests = [row.request for row in rows]
        self._temperatures = torch.tensor([request.temperature for request in requests], dtype=torch.float64)
        self._top_ks = torch.tensor([request.top_k for request in requests], dtype=torch.int64)
        self._top_ps = torch.tensor([request.top_p for request in requests], dtype=torch.float64)


def _free(tokens: list[str], stop: str) -> int:
    """Return how many tokens stand before the longest end of the text that `stop` begins with."""
    text = "".join(tokens)
    sizes = range(min(len(text), len(stop) - 1), 0, -1)
    start = len(text) - next((size for size in sizes if stop.startswith(text[-size:])), 0)
    return sum(end <= start for end in accumulate(map(len, tokens)))
