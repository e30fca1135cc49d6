"""A comparison as a Markdown page."""

import math

from tempera.models.comparison.recipes import RECURRENT_LEARNING_RATES
from tempera.models.comparison.results import ModelResult
from tempera.models.comparison.transformer import CONTEXT
from tempera.models.comparison.transformer_training import DROPOUT, LEARNING_RATE
from tempera.models.corpora.text import Text
from tempera.models.evaluation.markdown import table, verbatim
from tempera.models.formats.card_parts import Sample
from tempera.models.formats.file_names import shown_name

HEAD = (
    "model", "size", "parameters", "epochs", "core seconds", "characters/s", "validation", "stream", "win256", "bits",
)  # fmt: skip
OPENING = """\
The networks have as nearly equal numbers of parameters as possible, and read the text equally often. The recurrent ones
have two layers and share one recipe except for the recurrent learning rate ({rates}); a plain RNN tolerates less.
The transformer has its own: AdamW at {rate:g}, dropout {dropout:g}. All models were trained on the same
{characters:,} characters. `python -m models compare {file}` generates this page; the text is not included."""
READING = """\
Losses are in nats per character. `validation` is the last 5 % of the training part; it selected the length of the
n-grams, each network's best weights and the factor on its logits. The other losses are on the test part, the last
10 % of the text, which each model read once: `stream` carries the state to the end, `win256` resets it every 256
characters, and `bits` is `stream` in bits per character. A transformer has no state: for `stream`, its windows of
{context} characters overlap by half, so that at least {half} stand before each character that it predicts. An n-gram
model's parameters are its distinct n-grams. Core seconds are processor time; characters/s is training throughput per
core second."""


def page(results: list[ModelResult], text: Text, picture: str | None) -> str:
    """Return the page: a table, best model first, the loss curves if they were drawn, and samples."""
    ranked = sorted(results, key=lambda result: result.stream)
    train_characters = len(text.split("train"))
    rates = ", ".join(f"{cell.upper()} {rate}" for cell, rate in RECURRENT_LEARNING_RATES.items())
    parts = [
        f"# RNN, GRU, LSTM, transformer and n-grams on {shown_name(text.path.stem)}",
        OPENING.format(
            rates=rates,
            rate=LEARNING_RATE,
            dropout=DROPOUT,
            characters=train_characters,
            file=shown_name(text.path.name),
        ),
        table(HEAD, [_row(result, train_characters) for result in ranked]),
        READING.format(half=CONTEXT // 2, context=CONTEXT),
        *(_skipped(result) for result in ranked if result.skipped),
        *([f"![Loss curves over epochs and minutes]({picture})"] if picture else []),
        "## Samples",
        "Each text starts after a line break and uses the same seed.",
        *(_sample_block(result.name, sample) for result in ranked for sample in result.samples),
    ]
    return "\n\n".join(parts) + "\n"


def _row(result: ModelResult, train_characters: int) -> tuple[str, ...]:
    return (
        result.name,
        result.size,
        f"{result.parameters:,}",
        f"{result.epochs:.3g}",
        f"{result.seconds:,.0f}" if result.seconds > 10 else f"{result.seconds:.2g}",
        f"{result.epochs * train_characters / result.seconds:,.0f}",
        *(f"{nats:.4f}" for nats in (result.validation, result.stream, result.win256)),
        f"{result.stream / math.log(2):.4f}",
    )


def _skipped(result: ModelResult) -> str:
    return f"{result.name}: {result.skipped:,} characters of the test part are unknown to it and were skipped."


def _sample_block(name: str, sample: Sample) -> str:
    return f"**{name}, temperature {sample.temperature:g}**\n\n{verbatim(sample.text)}"
