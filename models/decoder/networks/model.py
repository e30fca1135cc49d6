"""What a batch needs: a network that decodes, its vocabulary, and which tokens may follow."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from tempera.models.decoder.arithmetic.network import Network, State
from tempera.models.decoder.arithmetic.quantized import Weights, quantized
from tempera.models.decoder.arithmetic.sampling import weights_of
from tempera.models.decoder.arithmetic.specification import LOG2E
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.implementations.threads import threaded
from tempera.models.decoder.networks.contexts import LEVELS, Contexts, contexts_of
from tempera.models.engine.request import SampleRequest
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

    def context_of(self, request: SampleRequest, language: int) -> int:
        """Return the context in which a text starts."""
        return self.contexts.of(language, self.vocabulary.context_class(request.prompt))

    def spare_whole_word(self, state: State, row: int, request: SampleRequest) -> None:
        """Let a row that is about to write not write on a word of the user's that is whole.

        It is if the training text has it, and the network finds it no wonder that it ends: "cal" is in a text, too.
        """
        if request.first_draw or last_word(request.prompt) not in self.words:
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
    words: Container[str] = (),
    implementation: Implementation | None = None,
    threads: int = 1,
) -> DecodingModel:
    """`alphabets`: by language, () = none; `words`: see DecodingModel; `implementation`: the best one by default."""
    network = (implementation or best_implementation()).make(quantized(cell, weights))
    contexts = contexts_of(vocabulary, alphabets or ("",) * network.languages)
    network.adjust(contexts.offsets, contexts.next_context)
    return DecodingModel(threaded(network, threads), vocabulary, contexts, words)
