"""`python -m models recognise`: the share of snippets whose language a network tells."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # torch comes up only when the command runs
    from models.recognition import Recognised

SPLITS = ("val", "train", "fit", "tune", "all")


def register(commands: Any, folder_of: Callable[[argparse.Namespace], Path]) -> None:
    """Add the command; `folder_of` finds the checkpoint that its arguments name."""
    recognise = commands.add_parser("recognise", help="how well a model tells its languages apart")
    recognise.add_argument("model", metavar="NAME_OR_PATH")
    recognise.add_argument("files", type=Path, nargs="+", metavar="LL.txt", help="a text in each language, named by it")
    recognise.add_argument("--split", choices=SPLITS, default="val", help="val: the last 10 %% (default)")
    recognise.add_argument("--characters", type=_positive, default=60, help="of each snippet")
    recognise.add_argument("--snippets", type=_positive, default=300, help="of each text")
    recognise.add_argument("--threads", type=_positive, default=1)
    recognise.set_defaults(run=lambda arguments: _recognise(arguments, folder_of(arguments)))


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def _recognise(arguments: argparse.Namespace, folder: Path) -> None:
    import torch

    from models.checkpoint import load_checkpoint
    from models.corpus import read_text
    from models.recognition import measure

    torch.set_num_threads(arguments.threads)
    model, card = load_checkpoint(folder)
    texts, skipped = {}, 0
    for file in arguments.files:
        language = card.language_index(file.stem)
        text = read_text(file).split(arguments.split)
        texts[language] = "".join(character for character in text if character in card.vocabulary.ids)
        skipped += len(text) - len(texts[language])
    found = measure(model, card.vocabulary, texts, arguments.snippets, arguments.characters)
    print(_table(card.languages, found))
    print(
        f"{arguments.snippets} snippets of {arguments.characters} characters from {arguments.split} of each text, "
        f"{skipped} unknown characters skipped"
    )


def _table(languages: tuple[str, ...], found: "dict[int, Recognised]") -> str:
    """Lay out a line per language: share right, share right against a head start, and what it was taken for."""
    lines = ["      right  against others  read as" + "".join(f"{code:>6}" for code in languages)]
    for language, recognised in found.items():
        counts = "".join(f"{count:>6}" for count in recognised.read_as)
        shares = f"{recognised.right(language):>7.1%} {recognised.right_against:>15.1%}"
        lines.append(f"{languages[language]:<4}{shares}  {'':7}{counts}")
    return "\n".join(lines)
