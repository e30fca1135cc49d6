"""A comparison as a Markdown page."""

import math

from models.card import Sample
from models.compare_outcomes import Outcome
from models.compare_recipes import RECURRENT_LEARNING_RATES
from models.corpus import Text
from models.markdown import table, verbatim

HEAD = (
    "model", "size", "parameters", "passes", "core seconds", "characters/s", "tune", "stream", "win256", "bits",
)  # fmt: skip
OPENING = """\
The networks have two layers and, as nearly as their sizes allow, equally many parameters. They learn by one recipe, but
for the recurrent learning rate: {rates}; a plain RNN bears less. All models learned the same
{characters:,} characters. `python -m models compare {file}` writes this page; the text is not in this repository."""
READING = """\
Losses are nats per character. `tune` is the last 5 % of the training part: it chose the length of the n-grams, and of
each network the best weights and the factor on its logits. The others are on the last 10 % of the text, which each
model read once: `stream` reads on to its end, `win256` forgets everything every 256 characters; `bits` is `stream` in
bits per character. An n-gram model's parameters are the different grams that it counted. Core seconds are processor
time, and characters/s is how many are learned in one of them."""


def page(outcomes: list[Outcome], text: Text, picture: str | None) -> str:
    """Return the page: the figures, best model first, the curves if they were drawn, and samples."""
    ranked = sorted(outcomes, key=lambda outcome: outcome.stream)
    learned = len(text.split("fit"))
    rates = ", ".join(f"{cell.upper()} {rate}" for cell, rate in RECURRENT_LEARNING_RATES.items())
    parts = [
        f"# RNN, GRU, LSTM and n-grams on {text.path.stem}",
        OPENING.format(rates=rates, characters=learned, file=text.path.name),
        table(HEAD, [_row(outcome, learned) for outcome in ranked]),
        READING,
        *(_skipped(outcome) for outcome in ranked if outcome.skipped),
        *([f"![Losses over passes and over minutes]({picture})"] if picture else []),
        "## What they write",
        "Each text begins after a new line, with the same random numbers.",
        *(_written(outcome.name, sample) for outcome in ranked for sample in outcome.samples),
    ]
    return "\n\n".join(parts) + "\n"


def _row(outcome: Outcome, learned: int) -> tuple[str, ...]:
    return (
        outcome.name,
        outcome.size,
        f"{outcome.parameters:,}",
        f"{outcome.passes:.3g}",
        f"{outcome.seconds:,.0f}" if outcome.seconds > 10 else f"{outcome.seconds:.2g}",
        f"{outcome.passes * learned / outcome.seconds:,.0f}",
        *(f"{nats:.4f}" for nats in (outcome.tune, outcome.stream, outcome.win256)),
        f"{outcome.stream / math.log(2):.4f}",
    )


def _skipped(outcome: Outcome) -> str:
    return (
        f"{outcome.name}: {outcome.skipped:,} characters of the last 10 % are not in the first 90 % and were skipped."
    )


def _written(name: str, sample: Sample) -> str:
    return f"**{name}, temperature {sample.temperature:g}**\n\n{verbatim(sample.text)}"
