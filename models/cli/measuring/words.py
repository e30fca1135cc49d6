"""`python -m models words`: record a model's training words."""

from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, model_argument
from tempera.models.formats.card import read_card


@click.command(cls=Examples, examples=("diary diary.txt",))
@model_argument
@click.argument("texts", type=PATH, nargs=-1, required=True, metavar="TEXT.txt...")
def words(folder: Path, texts: tuple[Path, ...]) -> None:
    """Record a model's training words.

    From all its texts, so that `temperature` can tell which words are new.
    """
    from tempera.models.corpora.text import read_text
    from tempera.models.formats.training_words import WORDS_FILE, write_training_words

    card, read = read_card(folder), [read_text(path) for path in texts]
    part = card.training.learned if card.training else "train+validation"
    learned = [text.by_rule(card.rule_of(text.sha256)).split(part) for text in read]
    count = write_training_words(folder, learned)
    print(f"Wrote {folder / WORDS_FILE}: {count:,} words")
