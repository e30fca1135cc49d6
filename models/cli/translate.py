"""`python -m models translate`: the outputs of a model that was trained on pairs."""

import json
from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, Text, json_option, model_argument
from tempera.models.errors import NoPairs
from tempera.models.formats.card import read_card


@click.command(cls=Examples, examples=("numbers 'fr 71' 'de 1984'", "numbers --file inputs.txt --json"))
@model_argument
@click.argument("texts", type=Text(), nargs=-1, metavar="[TEXT]...")
@click.option("--file", type=PATH, help="A file with an input per line.")
@json_option
def translate(folder: Path, texts: tuple[str, ...], file: Path | None, *, as_json: bool) -> None:
    """Print the output for each input.

    By a model that was trained with `train --pairs`, greedily.
    """
    from tempera.models.corpora.text import read_text
    from tempera.models.decoder.networks.loading import load
    from tempera.models.evaluation.answers import answers

    card = read_card(folder)
    if card.layout != "pairs":
        raise NoPairs(card.name)
    inputs = [*texts, *(filter(str.strip, read_text(file).text.splitlines()) if file else ())]
    if not inputs:
        raise click.UsageError("Give an input, or a file of them with --file.")
    for source, output in zip(inputs, answers(load(folder, card.weights_sha256), card, inputs), strict=True):
        print(json.dumps({"input": source, "output": output}, ensure_ascii=False) if as_json else output)
