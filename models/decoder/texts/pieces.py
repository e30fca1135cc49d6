"""From the ids of a chunk to a piece of text: applies length and stop string, and holds back a partial stop string."""

from dataclasses import dataclass
from itertools import accumulate

from tempera.models.decoder.texts.sequences import Sequence
from tempera.models.tokenizers.words import AnyVocabulary


@dataclass(frozen=True)
class Piece:
    """The text gained in a chunk of steps."""

    key: int
    text: str
    ended: bool


def gain(sequence: Sequence, vocabulary: AnyVocabulary, ids: list[int]) -> Piece:
    """Add tokens to a text, except those that would exceed its length."""
    stop, tokens = sequence.request.params.stop, _added(sequence.end, vocabulary, ids)
    fitting = sum(total <= sequence.left for total in accumulate(map(len, tokens)))
    _take(sequence, tokens[:fitting])
    text = "".join(sequence.held_back)
    if stop and stop in text:
        return Piece(sequence.key, text.partition(stop)[0], ended=True)
    ended = fitting < len(tokens) or sequence.left == 0
    free = len(sequence.held_back) if ended or not stop else _free(sequence.held_back, stop)
    piece = Piece(sequence.key, "".join(sequence.held_back[:free]), ended)
    del sequence.held_back[:free]
    return piece


def _added(end: str, vocabulary: AnyVocabulary, ids: list[int]) -> list[str]:
    """Return what each token adds to a text with this end."""
    tokens = []
    for index in ids:
        tokens.append(vocabulary.added(end, index))
        end = (end + tokens[-1])[-2:]
    return tokens


def _take(sequence: Sequence, tokens: list[str]) -> None:
    sequence.written += sum(map(len, tokens))
    sequence.draws = sequence.draws[len(tokens) :]
    sequence.end = (sequence.end + "".join(tokens))[-2:]
    sequence.held_back += tokens


def _free(tokens: list[str], stop: str) -> int:
    """Return the number of tokens before the longest end of the text with which `stop` could start."""
    text = "".join(tokens)
    sizes = range(min(len(text), len(stop) - 1), 0, -1)
    start = len(text) - next((size for size in sizes if stop.startswith(text[-size:])), 0)
    return sum(end <= start for end in accumulate(map(len, tokens)))
