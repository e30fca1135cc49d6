"""What a batch needs: a network that decodes, its vocabulary, what it reads first, and which tokens may follow."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from tempera.models.decoder.arithmetic.network import Ids, Network, State
from tempera.models.decoder.arithmetic.quantized import Weights, quantized
from tempera.models.decoder.arithmetic.sampling import weights_of
from tempera.models.decoder.arithmetic.specification import LOG2E
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.implementations.threads import threaded
from tempera.models.decoder.networks.contexts import LEVELS, Contexts, contexts_of
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.checkpoint_files import ENCODER
from tempera.models.formats.layouts import END
from tempera.models.formats.training_words import last_word
from tempera.models.tokenizers.words import AnyVocabulary

UNWONDERED = 250  # a word of the training text is whole if it ends with a probability of at least one in so many


@dataclass(frozen=True)
class DecodingModel:
    """A network that is ready to decode."""

    network: Network
    vocabulary: AnyVocabulary
    contexts: Contexts
    words: Container[str] = ()  # of its training text, case-folded
    layout: str = "running"  # see tempera.models.formats.card
    encoder: Network | None = None  # which reads the input of a pair

    @property
    def end(self) -> str:
        """What ends a text, besides its parameters: the end of a record."""
        return "" if self.layout == "running" else END

    @property
    def opening(self) -> str:
        """What the network reads before a text that nothing precedes: a line end, or the closest known form."""
        return self.vocabulary.fit(END).text or self.vocabulary.decode([0])

    def read_text(self, request: SampleRequest) -> str:
        """Return what the network reads before it goes on; an encoder reads what was given, the rest is its own."""
        given, written = request.given, request.prompt[len(request.given) :]
        if self.encoder:
            return self.end + written
        return self.opening + request.prompt if self.end or not given else request.prompt

    def start(self, request: SampleRequest, language: int) -> tuple[State, Ids]:
        """Return the state of a text before anything is read (1 row), and what to read; raises KeyError, ValueError."""
        text = self.read_text(request)
        ids = np.array(self.vocabulary.encode(text), np.int32)
        if not len(ids):
            raise ValueError(f"no tokens in the prompt {request.prompt!r}")
        state = (self.encoder or self.network).begin(np.array([language]))
        if self.encoder:
            self.encoder.read(state, np.array(self.vocabulary.encode(request.given), np.int32)[:, None])
        starts = self.end and text == self.end
        state.context[:] = (
            self.contexts.start if starts else self.contexts.of(language, self.vocabulary.context_class(text))
        )
        return state, ids

    def spare_whole_word(self, state: State, row: int, request: SampleRequest) -> None:
        """Let a row that is about to write not write on a word of the user's that is whole.

        It is if the training text has it, and the network finds it no wonder that it ends: "cal" is in a text, too.
        """
        word = "" if self.encoder or request.first_draw else last_word(request.prompt)
        if not word or word not in self.words:
            return
        one = state.rows([row])
        one.context[:] = self.contexts.unrestricted
        (logits,) = self.network.logits(one, one.ids[None])[0]
        weights = weights_of(logits, LOG2E)
        ends = weights[~np.array(self.vocabulary.in_words)].sum()
        if ends * UNWONDERED >= weights.sum():
            language = int(state.context[row]) // (LEVELS * self.contexts.classes)
            whole = self.vocabulary.context_class(request.prompt, is_whole=True)
            state.context[row] = self.contexts.of(language, whole)


def decoding_model(
    cell: str,
    weights: Weights,
    vocabulary: AnyVocabulary,
    alphabets: Sequence[str] = (),
    *,
    layout: str = "running",
    words: Container[str] = (),
    implementation: Implementation | None = None,
    threads: int = 1,
) -> DecodingModel:
    """`alphabets`: by language, () = none; `implementation`: the best one by default; others: see DecodingModel."""
    make = (implementation or best_implementation()).make
    network = make(quantized(cell, {name: value for name, value in weights.items() if not name.startswith(ENCODER)}))
    contexts = contexts_of(vocabulary, alphabets or ("",) * network.languages, "" if layout == "running" else END)
    network.adjust(contexts.offsets, contexts.next_context)
    encoder = make(quantized(cell, _of_encoder(weights))) if layout == "pairs" else None
    return DecodingModel(threaded(network, threads), vocabulary, contexts, words, layout, encoder)


def _of_encoder(weights: Weights) -> Weights:
    """Return the weights of a network that reads as the encoder does; what it would write doesn't matter."""
    own = {name.removeprefix(ENCODER): value for name, value in weights.items() if name.startswith(ENCODER)}
    return own | {name: weights[name] for name in ("initial", "output.weight", "output.bias")}
