"""`python -m models import`: read a checkpoint of another program."""

import re
from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, LanguageCode, checkpoints_of, note
from tempera.models.formats.card import NAME_PATTERN, ModelCard
from tempera.models.formats.card_parts import Imported
from tempera.models.formats.checkpoint_files import CARD_FILE
from tempera.models.importing.alphabet import ENCODINGS

MAX_TITLE = 80  # as in the card
UNKNOWN = "unknown"


@click.command(
    "import",
    cls=Examples,
    examples=(
        "lm_lstm_epoch30.00_1.0681.t7 --name obama",
        "shakespeare.pt --name old-will --language en --licence 'public domain'",
    ),
)
@click.argument("file", type=PATH)
@click.option("--name", required=True, help="Name of the model: lowercase letters, digits and hyphens.")
@click.option("--title", help="Title of the model (default: its name).")
@click.option("--licence", default=UNKNOWN, show_default=True, help="Licence of the model; its file doesn't say.")
@click.option("--language", type=LanguageCode(), default="und", show_default=True, help="und = undetermined.")
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    default=ENCODINGS[0],
    show_default=True,
    help="Of the text it was trained on: in UTF-8, bytes beyond ASCII are no characters and are left out.",
)
@click.pass_context
def import_model(
    context: click.Context, file: Path, name: str, title: str | None, licence: str, language: str, encoding: str
) -> None:
    """Import a model of char-rnn, torch-rnn or char-rnn.pytorch.

    Nothing in the file is run, whoever it comes from. See docs/importing.md.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise click.BadParameter("use up to 32 lowercase letters, digits and hyphens.", param_hint="--name")
    folder = checkpoints_of(context) / name
    if (folder / CARD_FILE).exists():
        raise click.BadParameter(f"there is a model named {name}; choose another name.", param_hint="--name")
    from tempera.models.evaluation.samples import add_samples
    from tempera.models.importing.store import Naming, import_checkpoint

    card = import_checkpoint(file, folder, Naming(name, (title or name)[:MAX_TITLE], licence, language), encoding)
    add_samples(folder)
    _tell(folder, card)


def _tell(folder: Path, card: ModelCard) -> None:
    """Say what was imported, and what a person should know about it."""
    shape, imported = card.architecture, card.imported
    size = f"{shape.layers} x {shape.cell.upper()} of {shape.hidden_size}, {card.parameters:,} parameters"
    print(f"Wrote {folder}: {size}, {len(card.characters)} characters")
    if imported:
        _tell_origin(imported)
    if card.licence == UNKNOWN:
        note("its licence is unknown: before you pass the model on, find out and say it with --licence")
    print(f"Try it: python -m models sample {folder}; a running bot can use it right away")


def _tell_origin(imported: Imported) -> None:
    if imported.validation_nats_per_token is not None:
        print(
            f"{imported.program} measured a validation loss of {imported.validation_nats_per_token:.4f} nats per token"
        )
    if imported.left_out_tokens:
        note(
            f"left out {imported.left_out_tokens} bytes beyond ASCII, which are parts of characters in UTF-8; "
            "if the text was in Latin-1, import it with --encoding latin-1"
        )
