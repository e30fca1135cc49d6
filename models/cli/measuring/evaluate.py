"""`python -m models evaluate`: the loss of a model on a text."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tempera.models.cli.options import (
    PATH,
    Examples,
    chosen_split,
    json_option,
    model_argument,
    note,
    split_option,
    threads_option,
)
from tempera.models.formats.card import ModelCard, write_card
from tempera.models.formats.card_parts import Evaluation

if TYPE_CHECKING:  # imports torch
    from tempera.models.corpora.text import Text
    from tempera.models.evaluation.losses import Losses


MAX_SHOWN = 5  # wrong answers


@click.command(cls=Examples, examples=("shakespeare play.txt --split all", "diary diary.txt --record"))
@model_argument
@click.argument("file", type=PATH)
@split_option
@click.option("--language", metavar="LL", help="Start in its initial state (default: the model's first language).")
@json_option
@click.option("is_recorded", "--record", is_flag=True, help="Add the losses to the model card.")
@threads_option()
def evaluate(
    folder: Path, file: Path, split: str | None, language: str | None, threads: int, *, as_json: bool, is_recorded: bool
) -> int:
    """Measure a model's loss on a text.

    In nats and bits per character.
    """
    import torch

    from tempera.models.corpora.text import read_text
    from tempera.models.evaluation.losses import evaluate as losses_on
    from tempera.models.networks.checkpoint import load_checkpoint

    torch.set_num_threads(threads)
    model, card = load_checkpoint(folder)
    text = read_text(file)
    text, split = text.by_rule(card.rule_of(text.sha256)), chosen_split(split, len(text.text))
    losses = losses_on(model, card.vocabulary, text.split(split), card.language_index(language), card.layout)
    if as_json:
        print(json.dumps(asdict(losses) | {"file": text.path.name, "split": split}))
    else:
        _print_losses(losses, card, f"{split} of {text.path.name}")
    if losses.skipped:
        return _refuse(losses)
    if card.layout == "pairs" and not as_json:
        _print_wrong_answers(folder, card, text.split(split))
    if is_recorded:
        evaluations = (*card.evaluations, _evaluation(losses, text, split))
        write_card(folder, card.model_copy(update={"evaluations": evaluations}))
    return 0


def _print_losses(losses: "Losses", card: ModelCard, name: str) -> None:
    protocols = {"stream": losses.stream, "win256": losses.win256}
    for protocol, nats in protocols.items() if card.layout == "running" else [("records", losses.stream)]:
        print(f"{protocol}  {nats:.4f} nats/char  {losses.as_bits(nats):.4f} bits/char")
    print(f"{name}: {losses.characters:,} characters, {losses.skipped} skipped")
    if card.unit == "word":
        _print_words(losses)


def _print_words(losses: "Losses") -> None:
    """Print details of a word-level network's losses."""
    print(f"stream {losses.stream_per_token:.4f}, win256 {losses.win256_per_token:.4f} nats/token")
    fraction, examples = losses.unknown_words / losses.tokens, " ".join(map(str.strip, losses.unknown))
    print(f"{losses.tokens:,} tokens, {losses.unknown_words:,} of them unknown words ({fraction:.1%}), spelled out")
    print(f"letter by letter, {losses.spelling:.4f} of the nats/char; most frequent: {examples}")


def _print_wrong_answers(folder: Path, card: ModelCard, pairs: str) -> None:
    from tempera.models.decoder.networks.loading import load
    from tempera.models.evaluation.answers import wrong_answers

    count, wrong = wrong_answers(load(folder, card.weights_sha256), card, pairs)
    print(f"exact  {1 - len(wrong) / count:.2%} of {count:,} outputs")
    for source, output, answer in wrong[:MAX_SHOWN]:
        print(f"  {source}: {answer} instead of {output}")


def _refuse(losses: "Losses") -> int:
    examples = " ".join(filter(str.isprintable, losses.unknown))
    note(f"characters were skipped, so these losses are not comparable; most frequent: {examples}")
    return 1


def _evaluation(losses: "Losses", text: "Text", split: str) -> Evaluation:
    return Evaluation(
        file=text.path.name,
        sha256=text.sha256,
        split=split,
        characters=losses.characters,
        stream_nats_per_character=round(losses.stream, 4),
        win256_nats_per_character=round(losses.win256, 4),
        unknown_words=losses.unknown_words,
        spelling_nats_per_character=round(losses.spelling, 4),
    )
