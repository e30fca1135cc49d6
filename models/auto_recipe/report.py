"""Print what a text is, and the choices of an automatic recipe."""

from pathlib import Path

from tempera.models.auto_recipe.corpus_stats import CorpusStats, looks_like_records
from tempera.models.auto_recipe.selection import AutoRecipe, quality_warning
from tempera.models.corpora.splits import HELD_OUT
from tempera.models.training.recipe import Recipe


def print_text(corpus: CorpusStats) -> None:
    """Print the size of a text, and what is held out of it."""
    count = f"{corpus.characters:,} characters, {corpus.alphabet_size:,} of them distinct"
    records = f", in {corpus.train_records:,} records to learn from" if corpus.layout != "running" else ""
    print(f"{corpus.title}: {count}{records}.")
    print(f"Held out to measure the model: {HELD_OUT[corpus.held_out]}, from everywhere.", flush=True)
    if looks_like_records(corpus):
        print("This looks like a list: with --lines, each line is learned as a record and written whole.", flush=True)


def print_choices(auto: AutoRecipe, corpus: CorpusStats, path: Path) -> None:
    """Print the main choices, each with its reason."""
    recipe, config = auto.recipe, auto.recipe.optimization
    shape, rates = recipe.model, recipe.dropout
    lines = {
        "model": f"{shape.layers} {shape.cell.upper()} layer{'s' if shape.layers > 1 else ''} of {shape.hidden_size}",
        "dropout": f"dropout {rates.between:g}",
        "batch": f"batches of {config.batch_size} {_row(recipe)}",
        "rates": f"learning rates {config.recurrent_learning_rate:g} and {config.learning_rate:g}",
        "precision": config.precision,
        "workers": f"{auto.workers} worker{'s' if auto.workers > 1 else ''}",
        "epochs": f"{config.epochs:g} epochs",
        "patience": f"patience {config.patience}",
    }
    for key, choice in lines.items():
        print(f"  {choice}: {auto.reasons[key]}")
    if corpus.layout == "running" and (note := quality_warning(corpus.characters)):
        print(note)
    print(f"Recipe: {path}", flush=True)


def _row(recipe: Recipe) -> str:
    config = recipe.optimization
    return f"x {config.sequence_length} characters" if recipe.layout == "running" else "records"
