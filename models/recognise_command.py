"""`python -m models detect-language`: the accuracy of a model's language detection."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.split_option import add_split

if TYPE_CHECKING:  # imports torch
    from models.recognition import DetectionResult


def register(commands: Any, folder_of: Callable[[argparse.Namespace], Path]) -> None:
    """Add the command; `folder_of` finds the checkpoint that its arguments name."""
    detect_language = commands.add_parser(
        "detect-language", aliases=["recognise"], help="measure how well a model detects its languages"
    )
    detect_language.add_argument("model", metavar="NAME_OR_PATH")
    detect_language.add_argument(
        "files", type=Path, nargs="+", metavar="LL.txt", help="a text per language, named after its code"
    )
    add_split(detect_language)
    detect_language.add_argument(
        "--characters", type=_positive, default=60, help="characters per snippet (default: 60)"
    )
    detect_language.add_argument("--snippets", type=_positive, default=300, help="snippets per text (default: 300)")
    detect_language.add_argument("--threads", type=_positive, default=1)
    detect_language.set_defaults(run=lambda arguments: _detect_language(arguments, folder_of(arguments)))


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def _detect_language(arguments: argparse.Namespace, folder: Path) -> None:
    import torch

    from models.checkpoint import load_checkpoint
    from models.corpus import read_text
    from models.recognition import measure_accuracy

    torch.set_num_threads(arguments.threads)
    model, card = load_checkpoint(folder)
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
