"""`python -m models words`: record a model's training words."""

from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, model_argument


@click.command(cls=Examples, examples=("diary diary.txt",))
@model_argument
@click.argument("texts", type=PATH, nargs=-1, required=True, metavar="TEXT.txt...")
def words(folder: Path, texts: tuple[Path, ...]) -> None:
    """Record a model's training words.

    From all its texts, so that `temperature` can tell which words are new.
    """
    from tempera.models.formats.training_words import WORDS_FILE, write_training_words
    from tempera.models.training.corpus import read_text

    count = write_training_words(folder, [read_text(path).split("train+validation") for path in texts])
    print(f"Wrote {folder / WORDS_FILE}: {count:,} words")
