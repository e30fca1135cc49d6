"""Generate whole texts in a batch, identical to what the bot would write."""

from tqdm import tqdm

from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.tokenizers.words import AnyVocabulary

STEPS = 64


def default_prompt(vocabulary: AnyVocabulary) -> str:
    """Return the default prompt: a line break, or the closest known form."""
    return vocabulary.fit("\n").text or vocabulary.decode([0])


def generate(model: DecodingModel, requests: list[SampleRequest], *, bar: bool = False) -> list[str]:
    """Return a text for each request, optionally with a progress bar."""
    batch = Batch(model)
    for key, request in enumerate(requests):
        batch.admit(key, request)
    texts = [""] * len(requests)
    total = sum(request.params.length for request in requests)
    with tqdm(total=total, unit="char", desc="generating", leave=False, disable=None if bar else True) as progress:
        while batch.rows:
            for piece in batch.advance(STEPS):
                texts[piece.key] = piece.onto(texts[piece.key])
                progress.update(len(piece.text))
    return texts
