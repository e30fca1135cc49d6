"""`python -m models copied`: what a model, or a text, has copied from training texts."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tempera.models.cli.options import PATH, Examples, Number, json_option, model_argument, note
from tempera.models.formats.card import ModelCard, read_card
from tempera.models.sampling_params import SPECS

if TYPE_CHECKING:  # imports torch
    from tempera.models.copying.places import Place
    from tempera.models.copying.report import Copies
    from tempera.models.corpora.text import Text

MAX_TEXTS = 1000
TEMPERATURE = SPECS["temperature"]


@click.command(
    cls=Examples,
    examples=("diary diary.txt", "diary diary.txt --text poem.txt", "diary diary.txt --temperature 0.3 -n 50"),
)
@model_argument
@click.argument("texts", type=PATH, nargs=-1, required=True, metavar="TEXT.txt...")
@click.option(
    "--text",
    "given",
    type=click.Path(allow_dash=True, path_type=Path),
    help="Check this text instead; - = standard input.",
)
@click.option(
    "--temperature",
    "temperatures",
    type=Number(TEMPERATURE.minimum, TEMPERATURE.maximum),
    multiple=True,
    help="Temperature of what the model writes; can be repeated (default: 0.5, 0.8 and 1).",
)
@click.option(
    "-n", "count", type=click.IntRange(1, MAX_TEXTS), default=10, show_default=True, help="Texts per temperature."
)
@click.option(
    "--seed",
    type=click.IntRange(0, SPECS["seed"].maximum - MAX_TEXTS),
    default=1,
    show_default=True,
    help="Seed of the first text.",
)
@json_option
@click.option("is_recorded", "--record", is_flag=True, help="Keep the figures in the model card.")
def copied(
    folder: Path,
    texts: tuple[Path, ...],
    given: Path | None,
    temperatures: tuple[float, ...],
    count: int,
    seed: int,
    *,
    as_json: bool,
    is_recorded: bool,
) -> None:
    """Measure what is copied from the training texts.

    In texts that the model writes, or in a text of yours: the longest copied stretch, the share of windows of 30
    characters that occur in the training texts, and near-copies.
    """
    from tempera.models.copying.of_model import copies_by_temperature, record_copied
    from tempera.models.copying.report import find_copies
    from tempera.models.decoder.networks.loading import load
    from tempera.models.evaluation.samples import TEMPERATURES

    card = read_card(folder)
    training = _training_texts(card, texts)
    _check(card, training, has_text=given is not None, is_recorded=is_recorded)
    if given:
        _show({None: find_copies([_read(given)], [text.text for text in training])}, training, as_json=as_json)
        return
    learned = [_learned(text, card) for text in training]
    model = load(folder, card.weights_sha256)
    copies = copies_by_temperature(model, card, learned, temperatures or TEMPERATURES, count, seed)
    _show(copies, training, as_json=as_json)
    if is_recorded:
        record_copied(folder, copies)


def _check(card: ModelCard, training: Sequence["Text"], *, has_text: bool, is_recorded: bool) -> None:
    """Say which files the model wasn't trained on; raises UsageError if figures of them would be recorded."""
    corpora = {corpus.sha256: corpus.file for corpus in (card.training.corpora if card.training else ())}
    strange = [text.path.name for text in training if text.sha256 not in corpora]
    missing = [file for sha256, file in corpora.items() if sha256 not in {text.sha256 for text in training}]
    if strange:
        note(f"the card of {card.name} doesn't name {', '.join(strange)} as a text that it was trained on")
    if card.layout == "pairs" and not has_text:
        raise click.UsageError(f"{card.name} answers inputs; give the text to check with --text")
    if is_recorded and has_text:
        raise click.UsageError("--record keeps figures of the model's own texts; leave out --text")
    if is_recorded and corpora and (strange or missing):
        raise click.UsageError(f"--record needs exactly the model's training texts: {', '.join(corpora.values())}")


def _training_texts(card: ModelCard, paths: Sequence[Path]) -> list["Text"]:
    """Read the files, or a folder of them; as one text if the model was trained on them as one. Raises BadRecipe."""
    from tempera.models.corpora.text import read_training_text

    together = read_training_text(paths)
    corpora = card.training.corpora if card.training else ()
    known = together.sha256 in {corpus.sha256 for corpus in corpora}
    texts = [together] if known else [read_training_text([path]) for path in paths]
    return [text.by_rule(card.rule_of(text.sha256)) for text in texts]


def _read(path: Path) -> str:
    """Read a text, or standard input; raises BadRecipe."""
    from tempera.models.corpora.text import decoded, read_text

    return (decoded(path, sys.stdin.buffer.read()) if path == Path("-") else read_text(path)).text


def _learned(text: "Text", card: ModelCard) -> str:
    """Return what the model has learned from: of a file that its card names, without the test part."""
    corpora = card.training.corpora if card.training else ()
    is_known = text.sha256 in {corpus.sha256 for corpus in corpora}
    return text.split(card.training.learned if card.training and is_known else "all")


def _show(copies: Mapping[Any, "Copies"], training: Sequence["Text"], *, as_json: bool) -> None:
    from tempera.models.copying.places import first_place
    from tempera.models.copying.words import stretches, table

    files = [(text.path.name, text.text) for text in training]
    quoted = [found.longest.text for found in copies.values()]
    quoted += [copy.original for found in copies.values() for copy in found.near]
    places = {stretch: first_place(stretch, files) for stretch in quoted}
    if as_json:
        print(json.dumps([_as_json(each, found, places) for each, found in copies.items()], ensure_ascii=False))
    else:
        print("\n".join(table(copies)), *stretches(copies, places), sep="\n\n")


def _as_json(temperature: float | None, found: "Copies", places: Mapping[str, "Place | None"]) -> dict[str, Any]:
    def placed(stretch: str) -> dict[str, Any]:
        place = places[stretch]
        return asdict(place) if place else {}

    return {
        "temperature": temperature,
        "texts": found.texts,
        "characters": found.characters,
        "share": found.share,
        "longest": {"text": found.longest.text, "length": len(found.longest.text), **placed(found.longest.text)},
        "near": [
            {"text": copy.text, "edits": copy.edits, "original": copy.original, **placed(copy.original)}
            for copy in found.near
        ],
    }
