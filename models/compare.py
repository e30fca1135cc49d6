"""Plain RNN, GRU and LSTM of one size and an n-gram model on one text; a killed comparison goes on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from models.checkpoint_files import write_whole
from models.compare_outcomes import ModelResult, fit_ngram, train_cell
from models.compare_recipes import CELLS, PRECISION, load_or_write_recipe
from models.corpus import Text
from models.errors import BadRecipe
from models.precision import NO_BF16, resolve_precision
from models.recipe import Precision


def compare(
    text: Text, runs: Path, parameters: float, minutes: float | None, forced: Precision | None = None
) -> list[ModelResult]:
    """Do what is not yet done and return all outcomes; raises BadRecipe, Bf16Missing.

    All cells learn in one precision. Each model reads the last 10 % of the text once: its outcome is kept.
    """
    precision = resolve_precision(PRECISION, forced, CELLS)
    if precision != PRECISION and not forced:
        print(f"{text.path}: {NO_BF16}, so fp32", flush=True)
    runs.mkdir(parents=True, exist_ok=True)
    paths = [runs / f"{cell}.yaml" for cell in CELLS]
    recipes = [load_or_write_recipe(path, text, parameters, minutes, precision) for path in paths]
    results = [_cached(runs / "ngram.json", text, partial(fit_ngram, text))]
    for path, recipe in zip(paths, recipes, strict=True):
        results.append(_cached(path.with_suffix(".json"), text, partial(train_cell, path, recipe, text, precision)))
    return results


def _cached(path: Path, text: Text, compute: Callable[[], ModelResult]) -> ModelResult:
    if not path.exists():
        write_whole(path, compute().model_dump_json(indent=2).encode())
    try:
        result = ModelResult.model_validate_json(path.read_bytes())
    except ValidationError:
        raise BadRecipe(path, "can't be read; delete it to measure again") from None
    if result.text_sha256 != text.sha256:
        raise BadRecipe(path, "was found on another text; choose other --runs or delete that folder")
    return result
