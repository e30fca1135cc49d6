"""Generate whole texts in a batch, identical to what the bot would write."""

from collections.abc import Callable, Iterator, Sequence

from tqdm import tqdm

from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.batch import Batch
from tempera.models.endings import ends
from tempera.models.engine.request import SampleRequest
from tempera.models.tokenizers.words import AnyVocabulary

STEPS = 64
ROWS = 256  # texts at the same time: more would not be faster

Until = Callable[[str], int | None]  # returns how many characters of a text to keep, None while it should go on


def default_prompt(vocabulary: AnyVocabulary) -> str:
    """Return the default prompt: a line break, or the closest known form."""
    return vocabulary.fit("\n").text or vocabulary.decode([0])


def generate(model: DecodingModel, requests: Sequence[SampleRequest], *, bar: bool = False) -> list[str]:
    """Return a text for each request, optionally with a progress bar."""
    texts = [""] * len(requests)
    for key, text in finished_texts(model, requests, bar=bar):
        texts[key] = text
    return texts


def finished_texts(
    model: DecodingModel, requests: Sequence[SampleRequest], until: Until | None = None, *, bar: bool = False
) -> Iterator[tuple[int, str]]:
    """Yield each text with the number of its request as soon as it has ended; many are written at the same time."""
    batch, texts, waiting = Batch(model), dict[int, str](), iter(enumerate(requests))
    total = sum(request.params.length for request in requests)
    with tqdm(total=total, unit="char", desc="generating", leave=False, disable=None if bar else True) as progress:
        while _admit(batch, waiting, texts):
            for piece in batch.advance(STEPS):
                text = texts[piece.key] = piece.onto(texts[piece.key])
                progress.update(len(piece.text))
                kept = until(text) if until else None
                if piece.ended or kept is not None:
                    batch.cancel(piece.key)
                    yield piece.key, texts.pop(piece.key)[:kept]


def in_order(finished: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield texts by their numbers, each as soon as those before it have ended."""
    ended: dict[int, str] = {}
    following = 0
    for key, text in finished:
        ended[key] = text
        while following in ended:
            yield following, ended.pop(following)
            following += 1


def _admit(batch: Batch, waiting: Iterator[tuple[int, SampleRequest]], texts: dict[int, str]) -> bool:
    """Fill the batch, and return whether there is anything to write."""
    while len(batch.rows) < ROWS and (following := next(waiting, None)):
        key, request = following
        batch.admit(key, request)
        texts[key] = ""
    return bool(batch.rows)


def until_sentence(text: str) -> int | None:
    """Return where the first sentence or line ends that says anything."""
    return next((end for end in ends(text) if text[:end].strip()), None)


def until_line(text: str) -> int | None:
    """Return where the first line ends that is not blank."""
    start = len(text) - len(text.lstrip())
    found = text.find("\n", start)
    return found if start < len(text) and found >= 0 else None
