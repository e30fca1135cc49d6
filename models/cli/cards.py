"""`python -m models cards`: write all model cards to a page."""

from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, checkpoints_of
from tempera.models.evaluation.card_page import page
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import weights_bytes, write_atomically
from tempera.models.library import Library


@click.command(cls=Examples, examples=("--out my-models.md",))
@click.option("--out", type=PATH, default=Path("docs/models.md"), show_default=True, help="File to write.")
@click.pass_context
def cards(context: click.Context, out: Path) -> None:
    """Write all model cards to a Markdown page."""
    from tempera.models.evaluation.default_temperature import add_default_temperature
    from tempera.models.evaluation.samples import add_samples

    library = Library(checkpoints_of(context))
    folders = [library.path(name) for name in library.names()]
    for folder in folders:
        card = read_card(folder)
        if not card.samples:
            add_samples(folder)
        if card.default_temperature is None:
            add_default_temperature(folder)
    write_atomically(out, page((read_card(folder), weights_bytes(folder)) for folder in folders).encode())
    print(f"Wrote {out}")
