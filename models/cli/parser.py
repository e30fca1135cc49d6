"""The parser of all commands; a command imports what it needs, such as PyTorch, when it runs."""

import argparse
from pathlib import Path

from tempera.models.cli import cards, compare, detect_language, evaluate, list_models, sample, temperature, train

CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
COMMANDS = (train, sample, evaluate, detect_language, temperature, list_models, cards, compare)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; parsed arguments have a function `run`, which takes them."""
    parser = argparse.ArgumentParser(prog="python -m models", description="Train, sample and measure char-RNNs.")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="checkpoint folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_command(commands)
    return parser
