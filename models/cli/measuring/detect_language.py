"""`python -m models detect-language`: the accuracy of a model's language detection."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tempera.models.cli.options import (
    PATH,
    Examples,
    chosen_split,
    model_argument,
    split_option,
    threads_option,
)

if TYPE_CHECKING:  # imports torch
    from tempera.models.evaluation.language_detection import DetectionResult


MAX_CHARACTERS, MAX_SNIPPETS = 100_000, 1_000_000


@click.command(cls=Examples, examples=("multilingual texts/en.txt texts/fr.txt", "multilingual fr.txt --characters 20"))
@model_argument
@click.argument("files", type=PATH, nargs=-1, required=True, metavar="LL.txt...")
@split_option
@click.option(
    "--characters",
    type=click.IntRange(1, MAX_CHARACTERS),
    default=60,
    show_default=True,
    help="Characters per snippet.",
)
@click.option("--snippets", type=click.IntRange(1, MAX_SNIPPETS), default=300, show_default=True, help="Per text.")
@threads_option()
def detect_language(
    folder: Path, files: tuple[Path, ...], split: str | None, characters: int, snippets: int, threads: int
) -> None:
    """Measure how well languages are detected.

    On a text per language, named after its code.
    """
    import torch

    from tempera.models.corpora.text import read_text
    from tempera.models.evaluation.language_detection import measure_accuracy
    from tempera.models.networks.checkpoint import load_checkpoint

    torch.set_num_threads(threads)
    model, card = load_checkpoint(folder)
    texts, skipped = {}, 0
    for file in files:
        language = card.language_index(file.stem)
        read = read_text(file)
        text = read.by_rule(card.rule_of(read.sha256)).split(chosen_split(split, len(read.text)))
        texts[language] = "".join(character for character in text if character in card.vocabulary.ids)
        skipped += len(text) - len(texts[language])
    results = measure_accuracy(model, card.vocabulary, texts, snippets, characters)
    print(_table(card.languages, results))
    print(f"{snippets} snippets of {characters} characters from {split or 'test'} of each text", end=", ")
    print(f"{skipped} unknown characters skipped")


def _table(languages: tuple[str, ...], results: "dict[int, DetectionResult]") -> str:
    """Return a line per language: accuracy, accuracy against another language's prior, and a confusion matrix."""
    lines = ["   accuracy  against prior  detected" + "".join(f"{code:>6}" for code in languages)]
    for language, result in results.items():
        counts = "".join(f"{count:>6}" for count in result.predicted)
        shares = f"{result.accuracy(language):>7.1%} {result.accuracy_against_bias:>15.1%}"
        lines.append(f"{languages[language]:<4}{shares}  {'':7}{counts}")
    return "\n".join(lines)
