"""`python -m models detect-language`: the share of snippets whose language a network tells."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.split_option import add_split

if TYPE_CHECKING:  # torch comes up only when the command runs
    from models.recognition import DetectionResult


def register(commands: Any, folder_of: Callable[[argparse.Namespace], Path]) -> None:
    """Add the command; `folder_of` finds the checkpoint that its arguments name."""
    detect_language = commands.add_parser(
        "detect-language", aliases=["recognise"], help="how well a model tells its languages apart"
    )
    detect_language.add_argument("model", metavar="NAME_OR_PATH")
    detect_language.add_argument(
        "files", type=Path, nargs="+", metavar="LL.txt", help="a text in each language, named by it"
    )
    add_split(detect_language)
    detect_language.add_argument("--characters", type=_positive, default=60, help="of each snippet")
    detect_language.add_argument("--snippets", type=_positive, default=300, help="of each text")
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
    """Lay out a line per language: share right, share right against a head start, and what it was taken for."""
    lines = ["      right  against others  read as" + "".join(f"{code:>6}" for code in languages)]
    for language, result in results.items():
        counts = "".join(f"{count:>6}" for count in result.predicted)
        shares = f"{result.accuracy(language):>7.1%} {result.accuracy_against_bias:>15.1%}"
        lines.append(f"{languages[language]:<4}{shares}  {'':7}{counts}")
    return "\n".join(lines)
