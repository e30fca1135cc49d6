"""`python -m benchmarks.endings`: how texts end, and which letters they hold, with and without the care for both.

48 texts of 400 characters for each released model, language and temperature, on the bot's default and cut off exactly.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tqdm import tqdm

from benchmarks.machine import measured_on
from benchmarks.shapes import CHECKPOINTS
from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import default_prompt, generate
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams

TEXTS, CHARACTERS = 48, 400
TEMPERATURES = (0.3, 0.5, 0.7, 0.8, 1.0, 1.2)
CLOSED = tuple(".!?…。！？\"'”’»」』)")
COLUMNS = (
    *("model", "language", "T", "end with a sentence or line", "the same, cut off exactly"),
    *("with foreign letters", "with a line that begins with a space", "characters"),
)
TARGET, TARGET_UP_TO = 0.9, 1.0  # of the texts end with a sentence or a line, up to this temperature


@dataclass(frozen=True)
class Row:
    """Numbers of texts, of one language at one temperature."""

    ended: int  # with a sentence or a line
    ended_exactly: int  # the same, if they are cut off at their length
    foreign: int  # with a letter outside their language's alphabet
    indented: int  # with a line that begins with a space
    shortest: int
    longest: int


def ended(model: DecodingModel, requests: Sequence[SampleRequest], texts: Sequence[str]) -> int:
    """Count the texts that end with a sentence, or before a line break."""
    after = [
        replace(request.after(text), language=request.language).with_params(length=2, finish="exact")
        for request, text in zip(requests, texts, strict=True)
    ]
    further = generate(model, after)
    return sum(
        text.endswith(CLOSED) or more.lstrip(" ").startswith("\n") for text, more in zip(texts, further, strict=True)
    )


def row(model: DecodingModel, card: ModelCard, language: str, temperature: float) -> Row:
    """Write the texts of one language at one temperature."""
    params = SamplingParams(temperature=temperature, length=CHARACTERS, finish="sentence")
    first = SampleRequest(
        model=card.name,
        prompt=default_prompt(card.vocabulary),
        language=card.language_index(language),
        params=params,
    )
    requests = [first.with_params(seed=seed) for seed in range(TEXTS)]
    exactly = [request.with_params(finish="exact") for request in requests]
    texts = generate(model, requests)
    alphabet = card.alphabets.get(language)
    return Row(
        ended=ended(model, requests, texts),
        ended_exactly=ended(model, exactly, generate(model, exactly)),
        foreign=sum(bool(alphabet) and not set(text) <= set(alphabet or "") for text in texts),
        indented=sum("\n " in text for text in texts),
        shortest=min(map(len, texts)),
        longest=max(map(len, texts)),
    )


def lines() -> Iterator[str]:
    """Yield the table, a line for each model, language and temperature."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{' --- |' * len(COLUMNS)}"
    library = Library(CHECKPOINTS)
    cards = [library.card(name) for name in library.names()]
    cases = [
        (card, language, temperature) for card in cards for language in card.languages for temperature in TEMPERATURES
    ]
    models = {card.name: load(library.path(card.name), card.weights_sha256) for card in cards}
    for card, language, temperature in tqdm(cases, leave=False, disable=None):
        found = row(models[card.name], card, language, temperature)
        missed = " **MISSED**" if found.ended < TARGET * TEXTS and temperature <= TARGET_UP_TO else ""
        counts = (f"{found.ended}{missed}", found.ended_exactly, found.foreign, found.indented)
        cells = (card.name, language, temperature, *counts, f"{found.shortest}–{found.longest}")
        yield f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    print(f"{TEXTS} texts of {CHARACTERS} characters each; target: {TARGET:.0%} end well up to T = {TARGET_UP_TO:g}")
    print(measured_on(best_implementation().variant))
    for line in lines():
        print(line)


if __name__ == "__main__":
    main()
