"""`python -m models train`: train by a recipe, or on any text with an automatic recipe."""

import shlex
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tempera.models.cli.console import CLOSED_PIPE, ReaderGone
from tempera.models.cli.options import (
    INTERRUPTED,
    PATH,
    Examples,
    LanguageCode,
    Model,
    Number,
    checkpoints_of,
    note,
    threads_option,
)
from tempera.models.corpora.text import DOCUMENT_SEPARATOR
from tempera.models.errors import BadRecipe
from tempera.models.formats.checkpoint_files import GATES
from tempera.models.formats.layouts import Layout
from tempera.models.sampling_params import SPECS
from tempera.models.training.recipe import PRECISIONS

RECIPES = (".yaml", ".yml")
OF_RECIPE = "the recipe says it; edit it there"
OF_RUN = "it was fixed when the run began; start anew with --restart"
FIXED = {  # when a run begins, or by a recipe
    *("--minutes", "--language", "--from", "--lines", "--pairs", "--learn-all", "--separator"),
    *("--size", "--layers", "--cell", "--rate", "--dropout", "--seed"),
}
OF_A_TEXT = (
    click.option("--minutes", type=Number(0.1, 10_000), default=20, show_default=True, help="Time limit."),
    click.option("--name", help="Name of the model (default: from the file name)."),
    click.option("--language", type=LanguageCode(), default="und", show_default=True, help="und = undetermined."),
    click.option("start", "--from", type=Model(), metavar="MODEL", help="Start from a model; go on with this text."),
    click.option("is_list", "--lines", is_flag=True, help="One record per line: learned and written whole."),
    click.option("is_pairs", "--pairs", is_flag=True, help="An input, a tab and its output per line, for `translate`."),
    click.option("learns_all", "--learn-all", is_flag=True, help="In the end, learn the held-out parts, too."),
    click.option("--separator", default=DOCUMENT_SEPARATOR, help="Text between documents (default: two empty lines)."),
    click.option("hidden_size", "--size", type=click.IntRange(8, 2048), help="Units per layer."),
    click.option("--layers", type=click.IntRange(1, 8), help="Recurrent layers (default: 2)."),
    click.option("--cell", type=click.Choice(tuple(GATES)), help="Recurrent cell (default: lstm)."),
    click.option("--rate", type=Number(1e-6, 1), help="Learning rate of recurrent weights; others have a third of it."),
    click.option("--dropout", type=Number(0, 0.9), help="Share of units silenced; more for a text that is read often."),
    click.option("--seed", type=click.IntRange(0, SPECS["seed"].maximum), default=1, help="Of random draws."),
)  # fmt: skip


def text_options(command: Any) -> Any:
    """Add what a recipe would contain."""
    for option in reversed(OF_A_TEXT):
        command = option(command)
    return command


@click.command(
    cls=Examples,
    examples=(
        "diary.txt",
        "diary.txt --minutes 60 --name grandma",
        "letters/ diary.txt --name grandma",
        "poems.txt --from shakespeare --minutes 5",
        "names.txt --lines",
        "diary.txt --resume",
    ),
)
@click.argument("sources", type=PATH, nargs=-1, required=True, metavar="RECIPE.yaml | TEXT...")
@click.option("--resume", is_flag=True, help="Continue an interrupted run.")
@click.option("--restart", is_flag=True, help="Start a run anew; what it has done so far is removed.")
@text_options
@click.option("has_samples", "--samples/--no-samples", default=True, help="Whether to print samples.")
@click.option(
    "--runs", type=PATH, default=Path("runs"), show_default=True, help="Folder of resume files and loss curves."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Processes (default: automatic for a text, 1 for a recipe)."
)
@threads_option("Threads per process; more than one rarely helps.")
@click.option(
    "--device",
    type=click.Choice(("auto", "cpu", "cuda")),
    default="auto",
    show_default=True,
    help="auto: a GPU if any.",
)
@click.option("--precision", type=click.Choice(PRECISIONS), help="Default: the recipe's, or the faster one for a text.")
@click.option("--save-seconds", type=Number(0, 3600), default=60, show_default=True, help="Time between saves.")
@click.pass_context
def train(context: click.Context, /, sources: tuple[Path, ...], **given: Any) -> int:
    """Train by a recipe, or on any text.

    A text is a UTF-8 file; several files, or a folder of .txt files, are one text. Training ends with where the model
    is, or with how to resume.
    """
    import torch

    torch.set_num_threads(given["threads"])
    try:
        folder = _trained(context, sources, given)
    except KeyboardInterrupt:
        print(f"\nInterrupted; resume with: {resume_command(context)}", file=sys.stderr)
        return INTERRUPTED
    except ReaderGone:
        note(f"the output was closed, which ends a training; resume with: {resume_command(context)}")
        return CLOSED_PIPE
    print(f"Wrote {folder}. Try it: python -m models sample {folder}; a running bot can use it right away")
    return 0


def _trained(context: click.Context, sources: tuple[Path, ...], given: dict[str, Any]) -> Path:
    from tempera.models.auto_recipe.for_text import recipe_for_text
    from tempera.models.training.train import RunOptions, refuse_finished
    from tempera.models.training.train import train as trained

    options = RunOptions(
        workers=given["workers"] or 1,
        device=given["device"],
        precision=given["precision"],
        samples=given["has_samples"],
        save_seconds=given["save_seconds"],
    )
    runs, checkpoints = given["runs"], checkpoints_of(context)
    (recipe, *more), is_recipe = sources, sources[0].suffix in RECIPES
    if is_recipe and more:
        raise BadRecipe(more[0], "can't be trained together with a recipe: name it under `corpora` there")
    if is_recipe or given["resume"]:
        _note_without_effect(context, OF_RECIPE if is_recipe else OF_RUN)
    if not is_recipe:
        recipe, options = recipe_for_text(_text_run(sources, given, checkpoints), options)
    if given["resume"]:
        refuse_finished(recipe, runs, checkpoints)
    return trained(recipe, runs, checkpoints, resume=given["resume"], restart=given["restart"], options=options)


def _text_run(sources: tuple[Path, ...], given: dict[str, Any], checkpoints: Path) -> Any:
    from tempera.models.auto_recipe.for_text import TextRun
    from tempera.models.auto_recipe.wishes import Wishes

    if given["is_list"] and given["is_pairs"]:
        raise click.UsageError("--lines and --pairs exclude each other.")
    names = ("start", "cell", "layers", "hidden_size", "rate", "dropout", "seed", "learns_all")
    layout: Layout = "lines" if given["is_list"] else "pairs" if given["is_pairs"] else "running"
    wishes = Wishes(layout=layout, **{name: given[name] for name in names})
    of_run = ("separator", "name", "language", "minutes", "workers", "resume", "restart", "runs")
    return TextRun(texts=sources, checkpoints=checkpoints, wishes=wishes, **{name: given[name] for name in of_run})


def _note_without_effect(context: click.Context, what: str) -> None:
    """Name the options that can't change what is fixed already."""
    for option in context.command.params:
        if option.opts[0] in FIXED and _is_given(context, option):
            note(f"{option.opts[0]} has no effect: {what}")


def _is_given(context: click.Context, option: click.Parameter) -> bool:
    return context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE


def resume_command(context: click.Context) -> str:
    """Return the command that resumes an interrupted run: as it was typed, without what has no effect then."""
    words, typed = list[str](), iter(sys.argv[1:])
    flags = {name for option in context.command.params if getattr(option, "is_flag", False) for name in option.opts}
    for word in typed:
        name, is_joined, _ = word.partition("=")
        if name not in FIXED | {"--resume", "--restart"}:
            words.append(word)
        elif name not in flags and not is_joined:
            next(typed)
    return f"python -m models {shlex.join(words)} --resume"
