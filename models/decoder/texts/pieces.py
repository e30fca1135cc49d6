"""From the ids of a chunk to a piece of text: applies length, finish and stop, and holds back what may not stay."""

from dataclasses import dataclass
from itertools import accumulate

from tempera.models.decoder.texts.sequences import Sequence
from tempera.models.endings import finished_length
from tempera.models.tokenizers.words import AnyVocabulary


@dataclass(frozen=True)
class Piece:
    """The text gained in a chunk of steps."""

    key: int
    text: str
    ended: bool
    taken_back: int = 0  # characters at the end of the previous pieces that the text ends without

    def onto(self, text: str) -> str:
        """Return the text of the previous pieces and this one."""
        return text[: len(text) - self.taken_back] + self.text


def gain(sequence: Sequence, vocabulary: AnyVocabulary, ids: list[int]) -> Piece:
    """Add tokens to a text, except those that would exceed its length."""
    tokens = _added(sequence, vocabulary, ids)
    fitting = sum(total <= sequence.left for total in accumulate(map(len, tokens)))
    _take(sequence, tokens[:fitting])
    is_full = fitting < len(tokens) or sequence.left == 0
    ending = _ending(sequence, is_full=is_full)
    if ending is not None:
        return _last_piece(sequence, ending)
    free = _free(sequence)
    piece = Piece(sequence.key, "".join(sequence.held_back[:free]), ended=False)
    del sequence.held_back[:free]
    return piece


def _added(sequence: Sequence, vocabulary: AnyVocabulary, ids: list[int]) -> list[str]:
    """Return what each token adds to a text."""
    tokens, end = [], (sequence.request.prompt[-2:] + sequence.text)[-2:]
    for index in ids:
        tokens.append(vocabulary.added(end, index))
        end = (end + tokens[-1])[-2:]
    return tokens


def _take(sequence: Sequence, tokens: list[str]) -> None:
    sequence.draws = sequence.draws[len(tokens) :]
    sequence.tokens += len(tokens)
    sequence.text += "".join(tokens)
    sequence.held_back += tokens


def _ending(sequence: Sequence, *, is_full: bool) -> int | None:
    """Return how many characters of a text to keep, None if it goes on."""
    text, params = sequence.text, sequence.request.params
    held = sum(map(len, sequence.held_back))
    stops = [stop for stop in (params.stop, sequence.end) if stop]
    if found := [place for stop in stops if (place := text.find(stop, len(text) - held)) >= 0]:
        return min(found)
    if params.finish == "sentence" and len(text) > params.length:
        return finished_length(text, params.length, may_run_on=not is_full)
    return len(text) if is_full else None


def _last_piece(sequence: Sequence, ending: int) -> Piece:
    """Return the rest of a text that ends after so many characters, or how much of it is too much."""
    shown = len(sequence.text) - sum(map(len, sequence.held_back))
    return Piece(sequence.key, sequence.text[shown:ending], ended=True, taken_back=max(0, shown - ending))


def _free(sequence: Sequence) -> int:
    """Return how many of the tokens held back stay for sure: they precede any stop string, and what it runs on with."""
    text, params = sequence.text, sequence.request.params
    shown = len(text) - sum(map(len, sequence.held_back))
    sizes = range(min(len(text) - shown, len(params.stop) - 1), 0, -1)
    start = len(text) - next((size for size in sizes if params.stop.startswith(text[-size:])), 0)
    return sum(shown + end <= min(start, params.length) for end in accumulate(map(len, sequence.held_back)))
