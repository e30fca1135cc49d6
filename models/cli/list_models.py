"""`python -m models list`: all models in a table."""

import click

from tempera.models.cli.options import Examples, checkpoints_of
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library

LINE = "{:<20} {:<5} {:>7} {:>11} {:>11}  {:<14} {}"


@click.command("list", cls=Examples)
@click.pass_context
def list_models(context: click.Context) -> None:
    """List all models."""
    library = Library(checkpoints_of(context))
    print(LINE.format("name", "cell", "size", "parameters", "vocabulary", "languages", "title"))
    for name in library.names():
        try:
            print(_line(library.card(name)))
        except BadCheckpoint as error:
            print(f"{name:<20} damaged: {error}")


def _line(card: ModelCard) -> str:
    shape, parameters = card.architecture, f"{card.parameters:,}"
    vocabulary = f"{len(card.tokens or card.characters)} {'words' if card.unit == 'word' else 'chars'}"
    size = f"{shape.layers}x{shape.hidden_size}"
    return LINE.format(card.name, shape.cell, size, parameters, vocabulary, " ".join(card.languages), card.title)
