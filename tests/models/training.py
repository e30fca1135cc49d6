"""Training on the toy text, in this process."""

from pathlib import Path

from tempera.models.training.train import RunOptions, train

QUIET = RunOptions(samples=False)


def trained(recipe: Path, *, resume: bool = False, options: RunOptions = QUIET) -> Path:
    return train(recipe, recipe.parent / "runs", recipe.parent / "checkpoints", resume=resume, options=options)
