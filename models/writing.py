"""Many texts at once, whole: what the bot would give for each request."""

from tqdm import tqdm

from models.decoder.batch import Batch
from models.decoder.model import DecodingModel
from models.engine.request import SampleRequest
from models.words import AnyVocabulary

STEPS = 64


def opening(vocabulary: AnyVocabulary) -> str:
    """Return what a text begins after when nothing is asked: a new line, in the nearest form that is known."""
    return vocabulary.fit("\n").text or vocabulary.decode([0])


def write(model: DecodingModel, requests: list[SampleRequest], *, bar: bool = False) -> list[str]:
    """Return a text for each request; a bar shows how far it is."""
    batch = Batch(model)
    for key, request in enumerate(requests):
        batch.admit(key, request)
    texts = [""] * len(requests)
    total = sum(request.params.length for request in requests)
    with tqdm(total=total, unit="char", desc="writing", leave=False, disable=not bar) as progress:
        while batch.rows:
            for piece in batch.advance(STEPS):
                texts[piece.key] += piece.text
                progress.update(len(piece.text))
    return texts
