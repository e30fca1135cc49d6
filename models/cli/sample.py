"""`python -m models sample`: generate a text."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tempera.models.cli.options import Examples, Number, json_option, model_argument, note
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.card import ModelCard, read_card
from tempera.models.sampling_params import SPECS, ParamSpec, SamplingParams
from tempera.models.tokenizers.characters import FittedText

BATCH_STEPS = 64


def sampling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each sampling parameter."""
    for spec in reversed(tuple(SPECS.values())):
        default = None if spec.name == "temperature" else spec.default
        option = click.option(
            f"--{spec.name.replace('_', '-')}", type=_type_of(spec), default=default, help=_help(spec, default)
        )
        command = option(command)
    return command


def _help(spec: ParamSpec, default: object) -> str:
    shown = f"the model card's, or {spec.default!r}" if default is None else repr(default)
    return f"{spec.description} (default: {shown})."


def _type_of(spec: ParamSpec) -> click.ParamType[Any] | type[str]:
    if spec.minimum is None:
        return click.Choice(spec.choices) if spec.choices else str
    return Number(spec.minimum, spec.maximum) if spec.type is float else click.IntRange(spec.minimum, spec.maximum)


@click.command(
    cls=Examples,
    examples=(
        "shakespeare --prompt ROMEO: --temperature 0.5",
        "multilingual --prompt 'Le chat' --length 1000 --seed 7",
    ),
)
@model_argument
@click.option("--prompt", required=True, help="Beginning of the text.")
@sampling_options
@click.option("--language", metavar="LL", help="Language of the text (default: detected from the prompt).")
@json_option
def sample(folder: Path, prompt: str, language: str | None, *, as_json: bool, **given: Any) -> None:
    """Generate a text."""
    from tempera.models.decoder.networks.loading import load
    from tempera.models.decoder.texts.batch import Batch

    card = read_card(folder)
    fitted = card.fit_prompt(prompt)
    _note_changes(fitted)
    request = SampleRequest(
        model=folder.name,
        prompt=fitted.text,
        language=card.language_index(language) if language else None,
        params=_params(given, card),
    )
    batch = Batch(load(folder, card.weights_sha256))
    written_in = card.languages[batch.admit(0, request)]
    if request.language is None and len(card.languages) > 1:
        note(f"detected language {written_in}; choose another with --language")
    text, streams = "", request.params.finish == "exact" and not as_json  # any other text can become shorter
    while batch.rows:
        for piece in batch.advance(BATCH_STEPS):
            text = piece.onto(text)
            if streams:
                print(piece.text, end="", flush=True)
    print("" if streams else _as_json(request, written_in, text) if as_json else text)


def _params(given: dict[str, Any], card: ModelCard) -> SamplingParams:
    if given["temperature"] is None:
        measured = card.default_temperature
        given["temperature"] = SPECS["temperature"].default if measured is None else measured
    return SamplingParams(**given)


def _note_changes(fitted: FittedText) -> None:
    """Say which parts of the prompt the model doesn't know, and what it reads instead."""
    notes = [f"{old} read as {new}" for old, new in fitted.replaced]
    notes += [f"not in the model's alphabet, removed: {' '.join(fitted.dropped)}"] if fitted.dropped else []
    notes += [f"not in the model's vocabulary: {' '.join(fitted.unknown)}"] if fitted.unknown else []
    for each in notes:
        note(each)


def _as_json(request: SampleRequest, language: str, text: str) -> str:
    content = asdict(request)
    return json.dumps(content | content.pop("params") | {"language": language, "text": text}, ensure_ascii=False)
