"""What a batch needs: a network that decodes, its vocabulary, and which tokens may follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from tempera.models.decoder.arithmetic.network import Network
from tempera.models.decoder.arithmetic.quantized import Weights, quantized
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.implementations.threads import threaded
from tempera.models.decoder.networks.contexts import Contexts, contexts_of
from tempera.models.tokenizers.words import AnyVocabulary


@dataclass(frozen=True)
class DecodingModel:
    """A network that is ready to decode."""

    network: Network
    vocabulary: AnyVocabulary
    contexts: Contexts


def decoding_model(
    cell: str,
    weights: Weights,
    vocabulary: AnyVocabulary,
    alphabets: Sequence[str] = (),
    *,
    implementation: Implementation | None = None,
    threads: int = 1,
) -> DecodingModel:
    """`alphabets`: by language, () = none; `implementation`: the best one by default."""
    network = (implementation or best_implementation()).make(quantized(cell, weights))
    contexts = contexts_of(vocabulary, alphabets or ("",) * network.languages)
    network.forbid(contexts.forbidden, contexts.next_context)
    return DecodingModel(threaded(network, threads), vocabulary, contexts)
