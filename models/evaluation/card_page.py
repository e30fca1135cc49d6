"""Model cards as Markdown: a single card, or a page of all cards."""

import math
from collections.abc import Iterable, Iterator

from tempera.models.corpora.splits import HELD_OUT
from tempera.models.evaluation.markdown import table, verbatim
from tempera.models.formats.card import ModelCard
from tempera.models.formats.card_parts import Copied, Evaluation, Imported, Sample, Training
from tempera.models.formats.layouts import Layout

VOCABULARY_CHARACTERS = 300  # shown per card
HEAD = ("model", "languages", "network", "parameters", "MB", "held-out text", "stream", "win256")
COPIED_HEAD = ("temperature", "texts", "characters", "longest copy", "windows of 30 characters copied")
LOSS_HEAD = ("held-out text", "characters", "stream", "win256", "bits, stream", "bits, win256")
OPENING = """\
# Models

Losses are in nats per character under two [protocols](architecture.md#splits), on text held out from training.
Each card shows what the model [copies](training.md#copies) from the text it has learned from.
`python -m models describe NAME` prints one card; `make cards` generates this page from all of them."""


def page(models: Iterable[tuple[ModelCard, int]]) -> str:
    """Return a table of all models, then each card; models are (card, size of the weights in bytes)."""
    listed = list(models)
    figures = table(HEAD, [row for card, weights_bytes in listed for row in _rows(card, weights_bytes)])
    return "\n\n".join([OPENING, figures, *(section(*each) for each in listed)]) + "\n"


def section(card: ModelCard, weights_bytes: int) -> str:
    """Return a card as a Markdown section."""
    facts = [
        *_network_facts(card, weights_bytes),
        *(_training_facts(card.training, card.layout) if card.training else ()),
        *(_import_facts(card.imported) if card.imported else ()),
        *([] if card.default_temperature is None else [f"Default temperature: {card.default_temperature:g}"]),
    ]
    parts = [
        f"## {card.name}",
        f"**{card.title}.** {card.description}",
        "\n".join(f"- {fact}" for fact in facts),
        *([table(LOSS_HEAD, (_losses(each, card) for each in card.evaluations))] if card.evaluations else ()),
        *(_unknown(evaluation, card) for evaluation in card.evaluations if evaluation.unknown_words),
        *([table(COPIED_HEAD, map(_copied, card.copied))] if card.copied else ()),
        *(_sample_block(sample, card) for sample in card.samples),
    ]
    return "\n\n".join(parts)


def _rows(card: ModelCard, weights_bytes: int) -> Iterator[tuple[str, ...]]:
    """Yield one row per held-out text, or a single row for a model without evaluations."""
    shape = card.architecture
    size = f"{shape.layers} x {shape.cell.upper()} of {shape.hidden_size}"
    known = f"[{card.name}](#{card.name})", ", ".join(card.languages), size, f"{card.parameters:,}"
    figures = [_losses(evaluation, card) for evaluation in card.evaluations]
    for text, _, stream, win256, *_ in figures or [("", "", "", "")]:
        yield *known, f"{weights_bytes / 1e6:.1f}", text, stream, win256


def _network_facts(card: ModelCard, weights_bytes: int) -> Iterator[str]:
    shape, known, seen = card.architecture, len(card.tokens or card.characters), _vocabulary(card)
    more = " and more" if len(seen) > VOCABULARY_CHARACTERS else ""
    yield f"Licence: {card.licence}"
    yield f"Languages: {', '.join(card.languages)}"
    yield f"Vocabulary: {known:,} {card.unit}s: `` {seen[:VOCABULARY_CHARACTERS]} ``{more}"
    yield f"Network: {shape.layers} x {shape.cell.upper()} of {shape.hidden_size}, embedding of {shape.embedding_size}"
    yield f"Size: {card.parameters:,} parameters, {weights_bytes:,} bytes, sha256 `{card.weights_sha256}`"


def _vocabulary(card: ModelCard) -> str:
    """Return the visible part of a vocabulary; a word with and without a leading space counts once."""
    if card.unit == "word":
        return " ".join(dict.fromkeys(filter(None, map(str.strip, card.tokens))))
    return "".join(filter(str.isprintable, card.characters)).strip()


def _training_facts(training: Training, layout: Layout) -> Iterator[str]:
    for corpus in training.corpora:
        identity = f"`{corpus.file}`, {corpus.characters:,} characters, sha256 `{corpus.sha256}`"
        yield f"Text: {corpus.title} ({corpus.licence}); {identity}"
    if start := training.started_from:
        yield f"Started from: {start.title} (`{start.name}`, {start.licence}), sha256 `{start.weights_sha256}`"
    yield f"Training: {training.split}; {training.epochs:g} epochs in {training.training_seconds / 60:,.1f} minutes"
    protocol = "stream" if layout == "running" else "records"
    yield f"Validation loss: {training.validation_stream_nats_per_character:.4f} nats per character ({protocol})"
    yield f"Calibration factor on the logits: {training.calibration_factor:g}"


def _import_facts(imported: Imported) -> Iterator[str]:
    yield f"Imported from {imported.program}: `{imported.file}`, sha256 `{imported.sha256}`"
    if imported.left_out_tokens:
        yield f"Left out of its vocabulary: {imported.left_out_tokens} bytes that are no characters by themselves"
    told = {
        "epochs": imported.epochs,
        "training loss": imported.train_nats_per_token,
        "validation loss": imported.validation_nats_per_token,
    }
    if known := [f"{name} {value:g}" for name, value in told.items() if value is not None]:
        yield f"By its file, losses in nats per token: {', '.join(known)}"


def _losses(evaluation: Evaluation, card: ModelCard) -> tuple[str, ...]:
    nats = (evaluation.stream_nats_per_character, evaluation.win256_nats_per_character)
    bits = (f"{each / math.log(2):.4f}" for each in nats)
    return _text_name(evaluation, card), f"{evaluation.characters:,}", *(f"{each:.4f}" for each in nats), *bits


def _unknown(evaluation: Evaluation, card: ModelCard) -> str:
    nats = evaluation.spelling_nats_per_character
    return (
        f"Unknown words in the {_text_name(evaluation, card)}: {evaluation.unknown_words:,}. None is skipped; "
        f"[spelling them out](architecture.md#words) accounts for {nats:.4f} nats per character."
    )


def _copied(copied: Copied) -> tuple[str, ...]:
    counts = (f"{count:,}" for count in (copied.texts, copied.characters, copied.longest))
    return f"{copied.temperature:g}", *counts, f"{copied.share:.2%}"


def _text_name(evaluation: Evaluation, card: ModelCard) -> str:
    part = HELD_OUT[card.rule_of(evaluation.sha256)] if evaluation.split == "test" else evaluation.split
    return f"{part} of {evaluation.file}"


def _sample_block(sample: Sample, card: ModelCard) -> str:
    language = f"{sample.language}, " if len(card.languages) > 1 else ""
    return f"{language}temperature {sample.temperature:g}:\n\n{verbatim(sample.text)}"
