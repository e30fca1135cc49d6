"""`python -m models sample`: generate texts."""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from tempera.models.cli.options import PATH, Decorator, Examples, Number, Text, json_option, model_argument, note
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import StopImpossible
from tempera.models.formats.card import ModelCard, read_card
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.sampling_params import SPECS, ParamSpec, SamplingParams
from tempera.models.tokenizers.characters import FittedText, Vocabulary

MAX_TEXTS = 100_000
BETWEEN = "\n----------\n"  # texts of several lines
NOT_FIXED = {"temperature", "seed"}  # the card's, and a fresh one
BATCH_STEPS = 64


def sampling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each sampling parameter."""
    for spec in reversed(tuple(SPECS.values())):
        default = None if spec.name in NOT_FIXED else spec.default
        command = _option(spec, default)(command)
    return command


def _option(spec: ParamSpec, default: object) -> Decorator:
    shown = {"temperature": f"the model card's, or {spec.default}", "seed": "a fresh one, which is told"}
    help_text = f"{spec.description} (default: {shown.get(spec.name, repr(default))})."
    return click.option(f"--{spec.name.replace('_', '-')}", type=_type_of(spec), default=default, help=help_text)


def _type_of(spec: ParamSpec) -> click.ParamType[Any]:
    if spec.minimum is None:
        return click.Choice(spec.choices) if spec.choices else Text()
    return Number(spec.minimum, spec.maximum) if spec.type is float else click.IntRange(spec.minimum, spec.maximum)


@click.command(
    cls=Examples,
    examples=(
        "shakespeare --prompt ROMEO: --temperature 0.5",
        "multilingual --prompt 'Le chat' --length 1000 --seed 7",
        "names -n 200 --out names.txt",
        "essays --until sentence -n 5",
    ),
)
@model_argument
@click.option("--prompt", type=Text(), default="", help="Beginning of the text (default: the model begins by itself).")
@click.option("--prompt-file", type=PATH, help="A file with the beginning of the text.")
@click.option(
    "texts", "-n", "--texts", type=click.IntRange(1, MAX_TEXTS), default=1, show_default=True, help="Texts to write."
)
@click.option("--until", type=click.Choice(("sentence", "line")), help="End with the first sentence or line.")
@click.option("--out", type=PATH, help="Write to this file.")
@sampling_options
@click.option("--language", metavar="LL", help="Language of the text (default: detected from the prompt).")
@json_option
def sample(folder: Path, prompt: str, prompt_file: Path | None, out: Path | None, **given: Any) -> None:
    """Generate texts.

    Several are written at the same time, from one seed on; with --json, each is a line.
    """
    from tempera.models.corpora.text import read_text
    from tempera.models.decoder.networks.loading import load

    if prompt and prompt_file:
        raise click.UsageError("--prompt and --prompt-file exclude each other.")
    card = read_card(folder)
    fitted = card.fit_prompt(read_text(prompt_file).text if prompt_file else prompt)
    _note_changes(fitted)
    requests = _requests(folder.name, fitted.text, card, given)
    threads = 1 if len(requests) == 1 else os.cpu_count() or 1
    model = load(folder, card.weights_sha256, threads=threads)
    if out:
        _write(out, _printed(model, card, requests, given))
        return
    for text in _printed(model, card, requests, given):
        print(text, end="", flush=True)


def _requests(name: str, prompt: str, card: ModelCard, given: dict[str, Any]) -> list[SampleRequest]:
    """Return the requests for texts with one seed after the other."""
    chosen = {name: given[name] for name in SPECS} | {"stop": _fitted_stop(given["stop"], card)}
    if chosen["temperature"] is None:
        measured = card.default_temperature
        chosen["temperature"] = SPECS["temperature"].default if measured is None else measured
    number, most = given["texts"], SPECS["seed"].maximum
    if chosen["seed"] is None:
        chosen["seed"] = random.randrange(most - number)  # noqa: S311 - nothing secret
        if chosen["temperature"]:
            note(f"seed {chosen['seed']}; repeat with --seed {chosen['seed']}")
    first, language = chosen.pop("seed"), given["language"]
    return [
        SampleRequest(
            model=name,
            prompt=prompt,
            language=card.language_index(language) if language else None,
            params=SamplingParams(seed=(first + index) % (most + 1), **chosen),
        )
        for index in range(number)
    ]


def _fitted_stop(stop: str, card: ModelCard) -> str:
    r"""Return a stop in the model's alphabet, \n as a line end; raises StopImpossible if it can't write it."""
    if not stop:
        return ""
    letters = Vocabulary.of("".join(card.tokens)) if card.unit == "word" else Vocabulary(tuple(card.characters))
    typed = stop if "\\" in letters.ids else stop.replace("\\n", "\n").replace("\\t", "\t")
    fitted = letters.fit(typed)
    if fitted.dropped:
        raise StopImpossible(card.name, stop, fitted.dropped)
    _note_changes(fitted)
    return fitted.text


def _printed(model: Any, card: ModelCard, requests: list[SampleRequest], given: dict[str, Any]) -> Iterator[str]:
    """Yield what is printed, as soon as it is certain."""
    from tempera.models.decoder.texts.detect_language import recognise
    from tempera.models.evaluation.generation import finished_texts, in_order, until_line, until_sentence

    language = requests[0].language
    if language is None:
        language = recognise(model, requests[0].prompt)
        requests = [replace(each, language=language) for each in requests]
        if len(card.languages) > 1:
            note(f"detected language {card.languages[language]}; choose another with --language")
    until = {"sentence": until_sentence, "line": until_line, None: None}[given["until"]]
    if len(requests) == 1 and requests[0].params.finish == "exact" and not (given["as_json"] or until):
        yield from _pieces(model, requests[0])
        return
    between = ""
    for key, text in in_order(finished_texts(model, requests, until, bar=len(requests) > 1)):
        if given["as_json"]:
            yield _as_json(requests[key], card.languages[language], text) + "\n"
            continue
        yield f"{between}{text}\n"
        between = "" if card.layout != "running" or given["until"] == "line" else BETWEEN[1:]


def _pieces(model: Any, request: SampleRequest) -> Iterator[str]:
    """Yield a text that can't become shorter while it is being written."""
    from tempera.models.decoder.texts.batch import Batch

    batch = Batch(model)
    batch.admit(0, request)
    while batch.rows:
        yield from (piece.text for piece in batch.advance(BATCH_STEPS))
    yield "\n"


def _write(out: Path, printed: Iterator[str]) -> None:
    parts = list(printed)
    write_atomically(out, "".join(parts).encode())
    print(f"Wrote {out}: {len(parts):,} texts")


def _note_changes(fitted: FittedText) -> None:
    """Say which parts of a prompt the model doesn't know, and what it reads instead."""
    notes = [f"{old} read as {new}" for old, new in fitted.replaced]
    notes += [f"not in the model's alphabet, removed: {' '.join(fitted.dropped)}"] if fitted.dropped else []
    notes += [f"not in the model's vocabulary: {' '.join(fitted.unknown)}"] if fitted.unknown else []
    for each in notes:
        note(each)


def _as_json(request: SampleRequest, language: str, text: str) -> str:
    content = asdict(request)
    return json.dumps(content | content.pop("params") | {"language": language, "text": text}, ensure_ascii=False)
