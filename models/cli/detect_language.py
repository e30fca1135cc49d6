"""`python -m models detect-language`: the accuracy of a model's language detection."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tempera.models.cli.arguments import Commands, add_model, add_split, add_threads, folder_of, number

if TYPE_CHECKING:  # imports torch
    from tempera.models.evaluation.language_detection import DetectionResult


MAX_CHARACTERS, MAX_SNIPPETS = 100_000, 1_000_000


def add_command(commands: Commands) -> None:
    """Add the command; `recognise` was its name in earlier versions."""
    parser = commands.add_parser(
        "detect-language", aliases=["recognise"], help="measure how well a model detects its languages"
    )
    add_model(parser)
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="LL.txt", help="a text per language, named after its code"
    )
    add_split(parser)
    parser.add_argument(
        "--characters", type=number(int, 1, MAX_CHARACTERS), default=60, help="characters per snippet (default: 60)"
    )
    parser.add_argument(
        "--snippets", type=number(int, 1, MAX_SNIPPETS), default=300, help="snippets per text (default: 300)"
    )
    add_threads(parser)
    parser.set_defaults(run=_detect_language)


def _detect_language(arguments: argparse.Namespace) -> None:
    import torch

    from tempera.models.evaluation.language_detection import measure_accuracy
    from tempera.models.networks.checkpoint import load_checkpoint
    from tempera.models.training.corpus import read_text

    torch.set_num_threads(arguments.threads)
    model, card = load_checkpoint(folder_of(arguments))
    texts, skipped = {}, 0
    for file in arguments.files:
        language = card.language_index(file.stem)
        text = read_text(file).split(arguments.split)
        texts[language] = "".join(character for character in text if character in card.vocabulary.ids)
        skipped += len(text) - len(texts[language])
    results = measure_accuracy(model, card.vocabulary, texts, arguments.snippets, arguments.characters)
    print(_table(card.languages, results))
    print(
        f"{arguments.snippets} snippets of {arguments.characters} characters from {arguments.split} of each text, "
        f"{skipped} unknown characters skipped"
    )


def _table(languages: tuple[str, ...], results: "dict[int, DetectionResult]") -> str:
    """Return a line per language: accuracy, accuracy against another language's prior, and a confusion matrix."""
    lines = ["   accuracy  against prior  detected" + "".join(f"{code:>6}" for code in languages)]
    for language, result in results.items():
        counts = "".join(f"{count:>6}" for count in result.predicted)
        shares = f"{result.accuracy(language):>7.1%} {result.accuracy_against_bias:>15.1%}"
        lines.append(f"{languages[language]:<4}{shares}  {'':7}{counts}")
    return "\n".join(lines)
