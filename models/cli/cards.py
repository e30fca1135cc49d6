"""`python -m models describe` and `cards`: print model cards."""

import argparse
from pathlib import Path

from tempera.models.cli.arguments import Commands, add_model, folder_of
from tempera.models.evaluation.card_page import page, section
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.library import Library


def add_command(commands: Commands) -> None:
    """Add both commands."""
    describe = commands.add_parser("describe", help="print a model card")
    add_model(describe)
    describe.add_argument("--json", action="store_true", help="print the stored JSON")
    describe.set_defaults(run=_describe)
    cards = commands.add_parser("cards", help="write all model cards to a Markdown page")
    cards.add_argument(
        "--out", type=Path, default=Path("docs/models.md"), help="file to write (default: docs/models.md)"
    )
    cards.set_defaults(run=_cards)


def _describe(arguments: argparse.Namespace) -> None:
    folder = folder_of(arguments)
    card = read_card(folder)
    print(card.model_dump_json(indent=2) if arguments.json else section(card, _weights_bytes(folder)))


def _cards(arguments: argparse.Namespace) -> None:
    library = Library(arguments.checkpoints)
    from tempera.models.evaluation.default_temperature import add_default_temperature
    from tempera.models.evaluation.samples import add_samples

    folders = [library.path(name) for name in library.names()]
    for folder in folders:
        card = read_card(folder)
        if not card.samples:
            add_samples(folder)
        if card.default_temperature is None:
            add_default_temperature(folder)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(page((read_card(folder), _weights_bytes(folder)) for folder in folders), encoding="utf-8")
    print(f"Wrote {arguments.out}")


def _weights_bytes(folder: Path) -> int:
    return (folder / WEIGHTS_FILE).stat().st_size
