"""`python -m models sample`: generate a text."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tempera.models.cli.arguments import Commands, folder_of, number
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.card import ModelCard, read_card
from tempera.models.sampling_params import SPECS, ParamSpec, SamplingParams
from tempera.models.tokenizers.characters import FittedText

BATCH_STEPS = 64


def add_command(commands: Commands) -> None:
    """Add the command."""
    sample = commands.add_parser("sample", help="generate a text")
    sample.add_argument("model", metavar="NAME_OR_PATH")
    sample.add_argument("--prompt", required=True, help="beginning of the text")
    for spec in SPECS.values():
        flag = f"--{spec.name.replace('_', '-')}"
        default = None if spec.name == "temperature" else spec.default
        sample.add_argument(
            flag, type=_parser_of(spec), choices=spec.choices or None, default=default, help=_help(spec, default)
        )
    sample.add_argument("--language", metavar="LL", help="language of the text (default: detected from the prompt)")
    sample.add_argument("--json", action="store_true", help="print the text and its parameters as JSON")
    sample.set_defaults(run=_sample)


def _help(spec: ParamSpec, default: object) -> str:
    shown = f"the model card's, or {spec.default!r}" if default is None else repr(default)
    return f"{spec.description} (default: {shown})".replace("%", "%%")


def _parser_of(spec: ParamSpec) -> Callable[[str], Any]:
    return str if spec.minimum is None else number(spec.type, spec.minimum, spec.maximum)


def _sample(arguments: argparse.Namespace) -> None:
    from tempera.models.decoder.networks.loading import load
    from tempera.models.decoder.texts.batch import Batch

    folder = folder_of(arguments)
    card = read_card(folder)
    fitted = card.fit_prompt(arguments.prompt)
    _note_changes(fitted)
    request = SampleRequest(
        model=folder.name,
        prompt=fitted.text,
        language=card.language_index(arguments.language) if arguments.language else None,
        params=_params(arguments, card),
    )
    batch = Batch(load(folder, card.weights_sha256))
    language = card.languages[batch.admit(0, request)]
    if request.language is None and len(card.languages) > 1:
        print(f"models: detected language {language}; choose another with --language", file=sys.stderr)
    text, streams = "", request.params.finish == "exact" and not arguments.json  # any other text can become shorter
    while batch.rows:
        for piece in batch.advance(BATCH_STEPS):
            text = piece.onto(text)
            if streams:
                print(piece.text, end="", flush=True)
    print("" if streams else _as_json(request, language, text) if arguments.json else text)


def _params(arguments: argparse.Namespace, card: ModelCard) -> SamplingParams:
    given = {name: getattr(arguments, name) for name in SPECS}
    if given["temperature"] is None:
        measured = card.default_temperature
        given["temperature"] = SPECS["temperature"].default if measured is None else measured
    return SamplingParams(**given)


def _note_changes(fitted: FittedText) -> None:
    """Say which parts of the prompt the model doesn't know, and what it reads instead."""
    notes = [f"{old} read as {new}" for old, new in fitted.replaced]
    notes += [f"not in the model's alphabet, removed: {' '.join(fitted.dropped)}"] if fitted.dropped else []
    notes += [f"not in the model's vocabulary: {' '.join(fitted.unknown)}"] if fitted.unknown else []
    for note in notes:
        print(f"models: {note}", file=sys.stderr)


def _as_json(request: SampleRequest, language: str, text: str) -> str:
    content = asdict(request)
    return json.dumps(content | content.pop("params") | {"language": language, "text": text}, ensure_ascii=False)
