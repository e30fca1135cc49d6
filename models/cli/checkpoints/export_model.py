"""`python -m models export`: a model for other programs."""

from importlib.util import find_spec
from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, model_argument, note
from tempera.models.errors import MissingExtra
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE, write_atomically


@click.command("export", cls=Examples, examples=("shakespeare --onnx", "shakespeare --onnx --out will.onnx"))
@model_argument
@click.option("--onnx", "is_onnx", is_flag=True, required=True, help="As an ONNX graph, its state input and output.")
@click.option("--out", type=PATH, help="File to write (default: the model's name, here).")
def export_model(folder: Path, out: Path | None, *, is_onnx: bool) -> None:
    """Write a model for other programs.

    Its vocabulary and licence stand in the file's metadata. See docs/importing.md.
    """
    if not is_onnx:
        raise click.UsageError("say in which format: --onnx")
    if not find_spec("onnx"):
        raise MissingExtra("export")
    from tempera.models.decoder.networks.weights import read_weights
    from tempera.models.formats.onnx_graph import onnx_model

    card = read_card(folder)
    if card.architecture.encoder:
        raise click.UsageError(
            f"{card.name} answers inputs, with an encoder: only models that go on with a text are exported"
        )
    path = out or Path(f"{card.name}.onnx")
    if path.exists():
        raise click.BadParameter(f"{path} exists; choose another file or remove it.", param_hint="--out")
    weights = read_weights(folder / WEIGHTS_FILE, card.shapes, card.weights_sha256)
    write_atomically(path, onnx_model(card, weights).SerializeToString())
    print(f"Wrote {path}: ids and state in, logits and next_state out")
    note(f"its licence is {card.licence}; the file says so, too")
