"""The texts that one network writes at the same time; they join and leave between steps."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.engine.request import SampleRequest
from models.rnn import CharRNN
from models.sampling import next_ids, uniform_draws
from models.vocabulary import Vocabulary

# Matrix products over fewer rows use other kernels that round differently: a lone text is padded to this many.
MIN_ROWS = 4


@dataclass
class Row:
    """One text being written."""

    key: int
    request: SampleRequest
    draws: Iterator[float]
    written: int = 0
    held_back: str = ""  # the end of the text while it may be the start of the stop string


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
    _ids: Tensor  # (rows,): the character that the next step reads
    _temperatures: Tensor  # (live rows,), as the two below
    _top_ks: Tensor
    _top_ps: Tensor

    def __init__(self, model: CharRNN, vocabulary: Vocabulary) -> None:
        self.model, self.vocabulary = model, vocabulary
        self._place_rows([], model.initial_state(0), torch.zeros(0, dtype=torch.int64))

    @torch.inference_mode()
    def admit(self, key: int, request: SampleRequest) -> None:
        """Prime the hidden state with all of the prompt but its last character, which the next step reads."""
        ids = torch.tensor(self.vocabulary.encode(request.prompt))
        state = self.model.initial_state(1)
        if len(ids) > 1:
            _, state = self.model(ids[:-1].unsqueeze(1), state)
        draws = uniform_draws(request.seed, request.first_draw, request.length)
        live = len(self.rows)
        self._place_rows(
            [*self.rows, Row(key, request, iter(draws))],
            torch.cat([self._state[:, :, :live], state], dim=2),
            torch.cat([self._ids[:live], ids[-1:]]),
        )

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
                row.key
                for row, character in zip(self.rows, self._step(), strict=True)
                if self._write(row, character, gained)
            }
            self._retire(finished)
            ended |= finished
        return [Piece(key, text, key in ended) for key, text in gained.items() if text or key in ended]

    def _step(self) -> str:
        """Return the next character of every row."""
        logits, self._state = self.model.step(self._ids, self._state)
        live = len(self.rows)
        uniforms = torch.tensor([next(row.draws) for row in self.rows], dtype=torch.float64)
        ids = next_ids(logits[:live], self._temperatures, self._top_ks, self._top_ps, uniforms)
        self._ids = functional.pad(ids, (0, len(self._ids) - live))
        return self.vocabulary.decode(ids.tolist())

    def _write(self, row: Row, character: str, gained: dict[int, str]) -> bool:
        """Add a character to a text and say whether the text has ended."""
        row.written += 1
        text, row.held_back = row.held_back + character, ""
        stop = row.request.stop
        if stop and text.endswith(stop):
            gained[row.key] += text.removesuffix(stop)
            return True
        at_end = row.written == row.request.length
        if stop and not at_end:
            row.held_back = _possible_start(text, stop)
        gained[row.key] += text.removesuffix(row.held_back)
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


def _possible_start(text: str, stop: str) -> str:
    """Return the longest end of `text` that `stop` begins with."""
    ends = (text[-size:] for size in range(min(len(text), len(stop) - 1), 0, -1))
    return next((end for end in ends if stop.startswith(end)), "")
