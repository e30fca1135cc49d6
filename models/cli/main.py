"""The group of all commands; it turns exceptions into messages and exit codes."""

import sys
from pathlib import Path

import click

from tempera.models.cli import cards, describe, list_models, number_pairs, sample, train, translate
from tempera.models.cli.checkpoints import export_model, import_model
from tempera.models.cli.console import ReaderGone, finish_streams, prepare_streams
from tempera.models.cli.measuring import compare, copied, detect_language, evaluate, temperature, words
from tempera.models.cli.options import CHECKPOINTS, INTERRUPTED, PATH, note
from tempera.models.errors import ModelsError

COMMANDS = (
    train.train,
    sample.sample,
    translate.translate,
    evaluate.evaluate,
    describe.describe,
    import_model.import_model,
    export_model.export_model,
    list_models.list_models,
    detect_language.detect_language,
    temperature.temperature,
    words.words,
    copied.copied,
    compare.compare,
    number_pairs.number_pairs,
    cards.cards,
)
EARLIER_NAMES = {"recognise": "detect-language"}


class Commands(click.Group):
    """Commands in the order in which people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of COMMANDS."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command also by its earlier name."""
        return super().get_command(ctx, EARLIER_NAMES.get(cmd_name, cmd_name))

    def invoke(self, ctx: click.Context) -> int:
        """Run a command and return its exit code; 2 means refused, and the last line of stderr says why."""
        try:
            return int(super().invoke(ctx) or 0)
        except ModelsError as error:
            note(str(error))
            return 2
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            note(f"this command needs PyTorch: {error}")
            return 2
        except KeyboardInterrupt:
            return INTERRUPTED


@click.group(cls=Commands, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--checkpoints", type=PATH, default=CHECKPOINTS, help="Folder of the models (default: those included).")
def models(checkpoints: Path) -> None:
    """Train, sample and measure character-level recurrent neural networks."""


def main() -> int:
    """Run the command that was typed and return its exit code."""
    prepare_streams()
    code = _run()
    if lost := finish_streams():
        note(f"standard output can't be written, so it is incomplete: {lost.strerror}")
        return code or 1
    return code


def _run() -> int:
    try:
        return int(models.main(standalone_mode=False, windows_expand_args=False))
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except ReaderGone:
        return 0
