"""Arguments and options that several commands share, and their checks."""

import math
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import click
from click.shell_completion import CompletionItem

from tempera.models.cli.console import ReaderGone
from tempera.models.corpora.splits import SPLITS
from tempera.models.corpora.text import MIN_CHARACTERS
from tempera.models.formats.file_names import UNREAD
from tempera.models.formats.old_names import SPLITS as EARLIER_SPLITS
from tempera.models.library import Library

CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"  # the part of BCP 47 that matters here
MAX_THREADS = 1024
INTERRUPTED = 130  # exit code
Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


class Examples(click.Command):
    """A command whose help ends with examples, one on each line."""

    def __init__(self, *arguments: Any, examples: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        if not self.examples:
            return
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{ctx.command_path} {example}\n")


class Number(click.FloatRange):
    """A number within bounds, both inclusive; NaN is within none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is no number.", param, ctx)
        return number


class Model(click.ParamType[Path]):
    """A checkpoint by name or path, with its folder as the value."""

    name = "name or path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        """Return the folder; raises UnknownModel."""
        return Library(checkpoints_of(ctx)).find(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the names that begin so."""
        names = Library(checkpoints_of(ctx)).names()
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class Text(click.ParamType[str]):
    """A text, also under a locale that can't read it, such as LC_ALL=C: then it is UTF-8."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the text."""
        return os.fsencode(value).decode("utf-8", "surrogateescape") if UNREAD.search(value) else str(value)


class LanguageCode(click.ParamType[str]):
    """A language code."""

    name = "LL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code."""
        if not re.fullmatch(LANGUAGE_PATTERN, value):
            self.fail(f"{value!r} is not a language code such as en or pt-BR.", param, ctx)
        return str(value)


class Split(click.Choice[str]):
    """A part of a text; names of earlier versions still work, with a hint."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return today's name."""
        if value == "train":
            click.echo("models: --split train excludes the validation part, train+validation includes it", err=True)
        if value in EARLIER_SPLITS:
            click.echo(f"models: --split {value} is now --split {EARLIER_SPLITS[value]}", err=True)
        return super().convert(EARLIER_SPLITS.get(value, value), param, ctx)


def checkpoints_of(context: click.Context | None) -> Path:
    """Return the checkpoint folder that was given before the command."""
    given = context.find_root().params.get("checkpoints") if context else None
    return given if isinstance(given, Path) else CHECKPOINTS


PATH = click.Path(path_type=Path)
model_argument = click.argument("folder", metavar="NAME_OR_PATH", type=Model())
split_option = click.option(
    "--split",
    type=Split(SPLITS),
    help="Part of the text (default: test, what was held out; or all of a text below 1,000 characters).",
)
json_option = click.option("as_json", "--json", is_flag=True, help="Print JSON.")


def threads_option(what: str = "CPU threads.") -> Decorator:
    """Return the option `--threads`."""
    return click.option("--threads", type=click.IntRange(1, MAX_THREADS), default=1, show_default=True, help=what)


def chosen_split(split: str | None, characters: int) -> str:
    """Return the split that was asked for; or all of a text that is too short to be a part of it."""
    if split is None and characters < MIN_CHARACTERS:
        note(f"the text has {characters:,} characters, so all of it is measured")
        return "all"
    return split or "test"


def note(text: str) -> None:
    """Tell something on standard error."""
    with suppress(ReaderGone):
        print(f"models: {text}", file=sys.stderr)
