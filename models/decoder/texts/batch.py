"""The texts that one network writes at the same time; they join and leave between chunks."""

import numpy as np

from tempera.models.decoder.arithmetic.draws import uniforms
from tempera.models.decoder.arithmetic.network import Uniforms
from tempera.models.decoder.arithmetic.sampling import sampling_of
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.detect_language import recognise
from tempera.models.decoder.texts.pieces import Piece, gain
from tempera.models.decoder.texts.sequences import Sequence, Sequences, next_uniforms
from tempera.models.engine.request import SampleRequest

READING_STEPS = 64  # of prompts, before each chunk of writing


class Batch:
    """Texts whose prompts are being read, and texts that are being written."""

    def __init__(self, model: DecodingModel) -> None:
        self.model = model
        self._reading = self._writing = Sequences([], model.network.begin(np.zeros(0, np.intp)))

    @property
    def rows(self) -> list[Sequence]:
        """All texts that have not ended."""
        return [*self._reading.texts, *self._writing.texts]

    def admit(self, key: int, request: SampleRequest) -> int:
        """Admit a text; return the index of the language in whose initial state it starts.

        Raises ValueError if the prompt has no tokens, KeyError if it has unknown characters.
        """
        language = request.language
        if language is None:
            language = recognise(self.model, request.prompt, request.likely_language)
        state, ids = self.model.start(request, language)
        state.sampling[:] = sampling_of(request.params, self.model.network.vocabulary_size)
        written, drawn = (
            self._last_tokens(request, count, len(ids)) for count in (request.written, request.first_draw)
        )
        sequence = Sequence(key, request, ids, _draws(request, drawn), written, self.model.end)
        self._reading = self._reading.and_also(Sequences([sequence], state))
        return language

    def cancel(self, key: int) -> None:
        """Drop a text; does nothing if it has already ended."""
        self._reading, self._writing = self._reading.without({key}), self._writing.without({key})

    def advance(self, steps: int) -> list[Piece]:
        """Read part of the prompts, write up to `steps` tokens per text, and return the new pieces in order."""
        self._read(READING_STEPS)
        rows = self._writing
        if not rows.texts:
            return []
        self._urge(rows)
        steps = min(steps, max(text.left for text in rows.texts), *(text.steady_steps for text in rows.texts))
        written = self.model.network.write(rows.state, next_uniforms(rows.texts, steps)).T.tolist()
        pieces = [gain(text, self.model.vocabulary, ids) for text, ids in zip(rows.texts, written, strict=True)]
        self._writing = rows.without({piece.key for piece in pieces if piece.ended})
        return [piece for piece in pieces if piece.text or piece.ended]

    def _urge(self, rows: Sequences) -> None:
        """Urge texts that have run on to come to their end."""
        for row, text in enumerate(rows.texts):
            if text.is_urged:
                rows.state.context[row] = self.model.contexts.urged(rows.state.context[row], text.urgency)

    def _last_tokens(self, request: SampleRequest, characters: int, tokens: int) -> int:
        """Return how many of the tokens that are read stand for the last characters."""
        if not characters:
            return 0
        text = self.model.read_text(request)
        return tokens - len(self.model.vocabulary.encode(text[: len(text) - characters]))

    def _read(self, steps: int) -> None:
        """Prime hidden states on all tokens of the prompts except the last ones, with which writing starts."""
        while self._reading.texts and steps:
            texts, state = self._reading.texts, self._reading.state
            count = min(steps, *(len(text.unread) - 1 for text in texts))
            if count:
                self.model.network.read(state, np.stack([text.unread[:count] for text in texts], axis=1))
            for text in texts:
                text.unread = text.unread[count:]
            self._begin_writing({text.key for text in texts if len(text.unread) == 1})
            steps -= count

    def _begin_writing(self, keys: set[int]) -> None:
        read = self._reading.among(keys)
        read.state.ids[:] = [text.unread[0] for text in read.texts]
        for row, text in enumerate(read.texts):
            self.model.spare_whole_word(read.state, row, text.request)
        self._reading, self._writing = self._reading.without(keys), self._writing.and_also(read)


def _draws(request: SampleRequest, first: int) -> Uniforms:
    """Return the draws for a text's tokens, numbered from its first token, also for a continued text."""
    if not request.params.temperature:
        return np.zeros(request.longest, np.uint32)
    return uniforms(request.params.seed, first, request.longest)
