"""Samples during training: one short text per temperature, always with the same seed."""

from collections.abc import Iterator

from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.layouts import PAIR_SEPARATOR
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.training.dataset import Dataset

TEMPERATURES = (0.3, 0.8, 1.2)
CHARACTERS = 120
SEED = 1


def live_samples(model: CharRNN, dataset: Dataset) -> list[str]:
    """Return a text per temperature, generated with the current weights exactly as the bot would after a line break.

    An encoder answers the first input of the text. The network and PyTorch's random state stay untouched.
    """
    layout = dataset.recipe.layout
    prompt = dataset.texts[0].text.partition(PAIR_SEPARATOR)[0] if layout == "pairs" else ""
    requests = [
        SampleRequest(
            model="",
            prompt=prompt,
            language=0,
            params=SamplingParams(temperature=temperature, length=CHARACTERS, seed=SEED),
        )
        for temperature in TEMPERATURES
    ]
    decoding = as_decoding_model(model, dataset.vocabulary, layout=layout)
    return generate(decoding, requests)


def sample_lines(texts: list[str]) -> Iterator[str]:
    """Yield a line per live sample."""
    for temperature, text in zip(TEMPERATURES, texts, strict=True):
        yield f"  T {temperature}  {_on_one_line(text)}"


def _on_one_line(text: str) -> str:
    """Return a text on one line, without terminal control characters."""
    return "".join(character if character.isprintable() else "\u00b7" for character in text.replace("\n", " / "))
