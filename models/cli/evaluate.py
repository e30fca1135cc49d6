"""`python -m models evaluate`: the loss of a model on a text."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tempera.models.cli.arguments import Commands, add_model, add_split, add_threads, folder_of
from tempera.models.formats.card import Evaluation, ModelCard, write_card

if TYPE_CHECKING:  # imports torch
    from tempera.models.evaluation.losses import Losses
    from tempera.models.training.corpus import Text


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("evaluate", help="measure a model's loss on a text, in nats and bits per character")
    add_model(parser)
    parser.add_argument("file", type=Path, help="a UTF-8 text file")
    add_split(parser)
    parser.add_argument(
        "--language", metavar="LL", help="start in its initial state (default: the model's first language)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--record", action="store_true", help="add the losses to the model card")
    add_threads(parser)
    parser.set_defaults(run=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> int:
    import torch

    from tempera.models.evaluation.losses import evaluate
    from tempera.models.networks.checkpoint import load_checkpoint
    from tempera.models.training.corpus import read_text

    torch.set_num_threads(arguments.threads)
    folder = folder_of(arguments)
    model, card = load_checkpoint(folder)
    text, split = read_text(arguments.file), arguments.split
    losses = evaluate(model, card.vocabulary, text.split(split), card.language_index(arguments.language))
    if arguments.json:
        print(json.dumps(asdict(losses) | {"file": text.path.name, "split": split}))
    else:
        _print_losses(losses, card, f"{split} of {text.path.name}")
    if losses.skipped:
        return _refuse(losses)
    if arguments.record:
        evaluations = (*card.evaluations, _evaluation(losses, text, split))
        write_card(folder, card.model_copy(update={"evaluations": evaluations}))
    return 0


def _print_losses(losses: "Losses", card: ModelCard, name: str) -> None:
    for protocol, nats in (("stream", losses.stream), ("win256", losses.win256)):
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


def _refuse(losses: "Losses") -> int:
    examples = " ".join(filter(str.isprintable, losses.unknown))
    print(
        f"models: characters were skipped, so these losses are not comparable; most frequent: {examples}",
        file=sys.stderr,
    )
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
