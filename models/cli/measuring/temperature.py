"""`python -m models temperature`: what the dial does to a model."""

from importlib.util import find_spec
from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, checkpoints_of
from tempera.models.errors import BadCheckpoint, MissingExtra
from tempera.models.evaluation.fluency import LENGTH, SEED, TEXTS
from tempera.models.formats.training_words import WORDS_FILE
from tempera.models.library import Library
from tempera.models.sampling_params import SPECS

MAX_TEXTS = 1000
MAX_LENGTH = 100_000  # characters


@click.command(cls=Examples, examples=("shakespeare --texts 20", "--record --page docs/temperature.md"))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--texts", type=click.IntRange(1, MAX_TEXTS), default=TEXTS, show_default=True, help="Texts per temperature."
)
@click.option(
    "--length", type=click.IntRange(1, MAX_LENGTH), default=LENGTH, show_default=True, help="Characters per text."
)
@click.option(
    "--seed",
    type=click.IntRange(0, SPECS["seed"].maximum - MAX_TEXTS),
    default=SEED,
    show_default=True,
    help="Seed of the first text.",
)
@click.option("--out", type=PATH, metavar="FOLDER", help="Write two plots and a Markdown page per model.")
@click.option("--page", type=PATH, help="Append the results of all models to this page.")
@click.option("is_recorded", "--record", is_flag=True, help="Keep the default temperature in the model card.")
@click.pass_context
def temperature(
    context: click.Context,
    names: tuple[str, ...],
    texts: int,
    length: int,
    seed: int,
    out: Path | None,
    page: Path | None,
    *,
    is_recorded: bool,
) -> None:
    """Measure what temperature does.

    To the texts of these models, or of all.
    """
    import torch

    from tempera.models.evaluation.default_temperature import record
    from tempera.models.temperature_study.measure import run_sweep
    from tempera.models.temperature_study.sweep_page import report, write_page, write_sweep

    out = out or (page.with_suffix("") if page else None)
    if out and not find_spec("matplotlib"):
        raise MissingExtra("plots")
    torch.set_num_threads(1)  # fixed, for reproducible figures
    library = Library(checkpoints_of(context))
    folders = [library.path(name) for name in names or library.names()]
    if is_recorded:
        _check_words(folders)
    sweeps = []
    for folder in folders:
        sweeps.append(run_sweep(folder, texts, length, seed))
        print(report(sweeps[-1]), end="\n\n", flush=True)
        if is_recorded:
            record(folder, sweeps[-1].default_temperature)
        if out:
            write_sweep(sweeps[-1], out)
    if page and out:
        write_page(sweeps, page, out)


def _check_words(folders: list[Path]) -> None:
    """Raise BadCheckpoint for a model without a list of training words, before minutes of work."""
    for folder in folders:
        if not (folder / WORDS_FILE).exists():
            reason = f"is missing; write it with: python -m models words {folder.name} TEXT.txt"
            raise BadCheckpoint(folder / WORDS_FILE, reason)
