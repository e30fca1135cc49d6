"""Compare an RNN, a GRU, an LSTM, a transformer and n-grams on one text; a comparison can be resumed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from tempera.models.comparison.recipes import CELLS, PRECISION, load_or_write_recipe
from tempera.models.comparison.results import ModelResult, fit_ngram, train_cell
from tempera.models.comparison.transformer_training import train_transformer
from tempera.models.corpora.text import Text
from tempera.models.errors import BadRecipe
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.training.precision import NO_BF16, resolve_precision
from tempera.models.training.recipe import Precision
from tempera.models.training.train import make_folder


def compare(
    text: Text, runs: Path, parameters: float, minutes: float | None, forced: Precision | None = None
) -> list[ModelResult]:
    """Compute the results that are missing and return all of them; raises BadRecipe, Bf16Missing.

    All networks train in the same precision. Each result is stored, so every model is tested exactly once.
    """
    precision = resolve_precision(PRECISION, forced, CELLS)
    if precision != PRECISION and not forced:
        print(f"{text.path}: {NO_BF16}; using fp32", flush=True)
    make_folder(runs)
    paths = [runs / f"{cell}.yaml" for cell in CELLS]
    recipes = [load_or_write_recipe(path, text, parameters, minutes, precision) for path in paths]
    results = [_cached(runs / "ngram.json", text, partial(fit_ngram, text))]
    for path, recipe in zip(paths, recipes, strict=True):
        results.append(_cached(path.with_suffix(".json"), text, partial(train_cell, path, recipe, text, precision)))
    transformer = partial(train_transformer, runs, text, parameters, minutes, precision)
    return [*results, _cached(runs / "transformer.json", text, transformer)]


def _cached(path: Path, text: Text, compute: Callable[[], ModelResult]) -> ModelResult:
    if not path.exists():
        write_atomically(path, compute().model_dump_json(indent=2).encode())
    try:
        result = ModelResult.model_validate_json(path.read_bytes())
    except ValidationError:
        raise BadRecipe(path, "can't be read; delete it to measure again") from None
    if result.text_sha256 != text.sha256:
        raise BadRecipe(path, "belongs to another text; use another --runs folder, or delete this one")
    return result
