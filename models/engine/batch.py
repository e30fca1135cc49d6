"""The texts that one network writes at the same time; they join and leave between chunks of steps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import torch
from torch.nn import functional

from models.card import AnyVocabulary
from models.engine.network import DecodingNetwork
from models.engine.request import SampleRequest
from models.engine.rows import Row, Rows
from models.recognise import recognise
from models.sampling import uniform_draws

READING_STEPS = 64  # of prompts, before each chunk of writing: some 5 ms for one text


@dataclass(frozen=True)
class Piece:
    """What one text gained in a chunk of steps."""

    key: int
    text: str
    ended: bool


class Batch:
    """Texts whose prompts are still read, and texts that are written."""

    def __init__(self, network: DecodingNetwork, vocabulary: AnyVocabulary) -> None:
        self.network, self.vocabulary = network, vocabulary
        nobody = torch.zeros(0, dtype=torch.int64)
        self._reading = self._writing = Rows([], nobody, network.initial_state(nobody))
        barred = torch.tensor(vocabulary.barred)  # (borders, vocabulary)
        wide = functional.pad(barred, (0, len(network.output_bias) - len(vocabulary)))
        self._output_bias = network.output_bias.masked_fill(wide, -torch.inf)

    @property
    def rows(self) -> list[Row]:
        """All texts that have not ended."""
        return [*self._reading.texts, *self._writing.texts]

    def admit(self, key: int, request: SampleRequest) -> int:
        """Take a text in; return the language, as a number, in whose initial state it begins.

        Raises ValueError if the prompt has no tokens.
        """
        ids = torch.tensor(self.vocabulary.encode(request.prompt), dtype=torch.int64)
        if not len(ids):
            raise ValueError(f"no tokens in the prompt {request.prompt!r}")
        language = request.language
        if language is None:
            language = recognise(self.network, self.vocabulary, request.prompt, request.likely_language)
        draws = uniform_draws(request.seed, request.first_draw, request.length)
        row = Row(key, request, ids, draws if request.temperature else torch.zeros_like(draws), request.prompt[-2:])
        state = self.network.initial_state(torch.tensor([language]))
        self._reading = self._reading.and_also(Rows([row], ids[:1], state))
        return language

    def cancel(self, key: int) -> None:
        """Drop a text; nothing happens when it has ended already."""
        self._reading, self._writing = self._reading.without({key}), self._writing.without({key})

    @torch.inference_mode()
    def advance(self, steps: int) -> list[Piece]:
        """Read some of the prompts, take up to `steps` steps of writing and return what texts gained, in order."""
        self._read(READING_STEPS)
        # Where the vocabulary bars ids after some texts, each step waits for the text of the last one.
        at_once = steps if len(self._output_bias) == 1 else 1
        return [piece for _ in range(0, steps, at_once) for piece in self._write(at_once) if piece.text or piece.ended]

    def _read(self, steps: int) -> None:
        """Prime hidden states with all of the prompts but their last tokens, with which writing begins."""
        while self._reading.texts and steps:
            rows = self._reading
            count = min(steps, *(len(row.unread) - 1 for row in rows.texts))
            state = self.network.read(torch.stack([row.unread[:count] for row in rows.texts], dim=1), rows.state)
            for row in rows.texts:
                row.unread = row.unread[count:]
            read = replace(rows, ids=torch.stack([row.unread[0] for row in rows.texts]), state=state)
            done = {row.key for row in rows.texts if len(row.unread) == 1}
            self._reading = read.without(done)
            self._writing = self._writing.and_also(read.without({row.key for row in self._reading.texts}))
            steps -= count

    def _write(self, steps: int) -> Iterator[Piece]:
        rows = self._writing
        if not rows.texts:
            return
        bias = self._output_bias[[self.vocabulary.border(row.end) for row in rows.texts]]
        draws = [row.draws[row.written :][:steps] for row in rows.texts]
        uniforms = torch.stack([functional.pad(some, (0, steps - len(some))) for some in draws], dim=1).unsqueeze(2)
        written, state = self.network.write(rows.ids, rows.state, bias, rows.shaping, uniforms)
        pieces = [_gain(row, self.vocabulary, ids) for row, ids in zip(rows.texts, written.T.tolist(), strict=True)]
        after = replace(rows, ids=written[-1], state=state)
        self._writing = after.without({piece.key for piece in pieces if piece.ended})
        yield from pieces


def _gain(row: Row, vocabulary: AnyVocabulary, ids: list[int]) -> Piece:
    """Add tokens to a text, except those that would exceed its length."""
    length, stop = row.request.length, row.request.stop
    tokens = [vocabulary.added(row.end, index) for index in ids]
    fitting = sum(total <= length - row.written for total in accumulate(map(len, tokens)))
    gained = "".join(tokens[:fitting])
    row.written += len(gained)
    row.end = (row.end + gained)[-2:]
    row.held_back += tokens[:fitting]
    text = "".join(row.held_back)
    if stop and stop in text:
        return Piece(row.key, text.partition(stop)[0], ended=True)
    ended = fitting < len(tokens) or row.written == length
    free = len(row.held_back) if ended or not stop else _free(row.held_back, stop)
    piece = Piece(row.key, "".join(row.held_back[:free]), ended)
    del row.held_back[:free]
    return piece


def _free(tokens: list[str], stop: str) -> int:
    """Return how many tokens stand before the longest end of the text that `stop` begins with."""
    text = "".join(tokens)
    sizes = range(min(len(text), len(stop) - 1), 0, -1)
    start = len(text) - next((size for size in sizes if stop.startswith(text[-size:])), 0)
    return sum(end <= start for end in accumulate(map(len, tokens)))
