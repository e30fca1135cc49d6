"""Print the choices of an automatic recipe."""

from pathlib import Path

from tempera.models.auto_recipe.selection import AutoRecipe, quality_warning
from tempera.models.auto_recipe.sizing import CorpusStats


def print_choices(auto: AutoRecipe, corpus: CorpusStats, path: Path) -> None:
    """Print the main choices, each with its reason."""
    recipe, config = auto.recipe, auto.recipe.optimization
    shape, rates = recipe.model, recipe.dropout
    lines = {
        "model": f"{shape.layers} LSTM layers of {shape.hidden_size}",
        "dropout": f"dropout {rates.between:g}",
        "batch": f"batches of {config.batch_size} x {config.sequence_length} characters",
        "rates": f"learning rates {config.recurrent_learning_rate:g} and {config.learning_rate:g}",
        "precision": config.precision,
        "workers": f"{auto.workers} worker{'s' if auto.workers > 1 else ''}",
        "epochs": f"{config.epochs:g} epochs",
        "patience": f"patience {config.patience}",
    }
    for key, choice in lines.items():
        print(f"  {choice}: {auto.reasons[key]}")
    if note := quality_warning(corpus.characters):
        print(note)
    print(f"Recipe: {path}", flush=True)
