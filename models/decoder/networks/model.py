"""What a batch needs: a network that decodes, its vocabulary, and which tokens may follow."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from tempera.models.decoder.arithmetic.network import Network
from tempera.models.decoder.arithmetic.quantized import Weights, quantized
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.implementations.threads import threaded
from tempera.models.decoder.networks.contexts import Contexts, contexts_of
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.training_words import last_word
from tempera.models.tokenizers.words import AnyVocabulary


@dataclass(frozen=True)
class DecodingModel:
    """A network that is ready to decode."""

    network: Network
    vocabulary: AnyVocabulary
    contexts: Contexts
    words: Container[str] = ()  # of its training text, case-folded

    def context_of(self, request: SampleRequest, language: int) -> int:
        """Return the context in which a text starts; the model writes on no word of the user's that it knows whole."""
        is_whole = not request.first_draw and last_word(request.prompt) in self.words
        return self.contexts.of(language, self.vocabulary.context_class(request.prompt, is_whole=is_whole))


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
