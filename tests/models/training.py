"""Training on the toy text, in this process."""

from pathlib import Path

from models.train import Machine, train

QUIET = Machine(samples=False)


def trained(recipe: Path, *, resume: bool = False, machine: Machine = QUIET) -> Path:
    return train(recipe, recipe.parent / "runs", recipe.parent / "checkpoints", resume=resume, machine=machine)
