"""`python -m models describe`: print a model card."""

from pathlib import Path

import click

from tempera.models.cli.options import Examples, json_option, model_argument
from tempera.models.evaluation.card_page import section
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import weights_bytes


@click.command(cls=Examples, examples=("shakespeare",))
@model_argument
@json_option
def describe(folder: Path, *, as_json: bool) -> None:
    """Print a model card."""
    card = read_card(folder)
    print(card.model_dump_json(indent=2) if as_json else section(card, weights_bytes(folder)))
