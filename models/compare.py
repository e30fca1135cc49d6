"""Plain RNN, GRU and LSTM of one size and an n-gram model on one text; a killed comparison goes on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from models.checkpoint_files import write_whole
from models.compare_outcomes import Outcome, of_cell, of_ngram
from models.compare_recipes import CELLS, PRECISION, written
from models.corpus import Text
from models.errors import BadRecipe
from models.precision import NO_BF16, attainable
from models.recipe import Precision


def compare(
    text: Text, runs: Path, parameters: float, minutes: float | None, insisted: Precision | None = None
) -> list[Outcome]:
    """Do what is not yet done and return all outcomes; raises BadRecipe, Bf16Missing.

    All cells learn in one precision. Each model reads the last 10 % of the text once: its outcome is kept.
    """
    precision = attainable(PRECISION, insisted, CELLS)
    if precision != PRECISION and not insisted:
        print(f"{text.path}: {NO_BF16}, so fp32", flush=True)
    runs.mkdir(parents=True, exist_ok=True)
    cells = [runs / f"{cell}.yaml" for cell in CELLS]
    recipes = [written(path, text, parameters, minutes, precision) for path in cells]
    outcomes = [_kept(runs / "ngram.json", text, partial(of_ngram, text))]
    for path, recipe in zip(cells, recipes, strict=True):
        outcomes.append(_kept(path.with_suffix(".json"), text, partial(of_cell, path, recipe, text, precision)))
    return outcomes


def _kept(path: Path, text: Text, find: Callable[[], Outcome]) -> Outcome:
    if not path.exists():
        write_whole(path, find().model_dump_json(indent=2).encode())
    try:
        outcome = Outcome.model_validate_json(path.read_bytes())
    except ValidationError:
        raise BadRecipe(path, "can't be read; delete it to measure again") from None
    if outcome.text_sha256 != text.sha256:
        raise BadRecipe(path, "was found on another text; choose other --runs or delete that folder")
    return outcome
