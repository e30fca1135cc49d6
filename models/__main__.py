"""`python -m models`: the command line."""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from models import recognise_command
from models.card import Evaluation, read_card
from models.card_commands import add_card_commands
from models.compare_command import add_compare
from models.engine.request import SampleRequest
from models.errors import BadCheckpoint, InvalidSamplingParam, ModelsError
from models.library import Library
from models.sampling_params import SPECS, ParamSpec, SamplingParams
from models.split_option import add_split
from models.temperature_command import add_commands

if TYPE_CHECKING:
    from models.evaluate import Losses

CHECKPOINTS = Path(__file__).parent / "checkpoints"
BATCH_STEPS = 64
LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"  # the part of BCP 47 that matters here
LINE = "{:<20} {:<5} {:>7} {:>11} {:>11}  {:<14} {}"


def main() -> int:
    """Run a command and return its exit code; 2 means refused, and the last line of stderr says why."""
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments) or 0)
    except ModelsError as error:
        print(f"models: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        print(f"models: this command needs PyTorch: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # for example `head` closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _train(arguments: argparse.Namespace) -> int:
    from models.train_command import train_command

    return train_command(arguments)


def _sample(arguments: argparse.Namespace) -> None:
    from models.decoder.batch import Batch
    from models.decoder.loading import load

    folder = _folder(arguments)
    card = read_card(folder)
    fitted = card.fit_prompt(arguments.prompt)
    for note in (f"{old} read as {new}" for old, new in fitted.replaced):
        print(f"models: {note}", file=sys.stderr)
    if fitted.dropped:
        print(f"models: not in the model's alphabet, left out: {' '.join(fitted.dropped)}", file=sys.stderr)
    if fitted.unknown:
        print(f"models: read as words that the model does not know: {' '.join(fitted.unknown)}", file=sys.stderr)
    request = SampleRequest(
        model=folder.name,
        prompt=fitted.text,
        language=card.language_index(arguments.language) if arguments.language else None,
        params=SamplingParams(**{name: getattr(arguments, name) for name in SPECS}),
    )
    batch = Batch(load(folder, card.weights_sha256))
    language = card.languages[batch.admit(0, request)]
    if request.language is None and len(card.languages) > 1:
        print(f"models: begins in {language}, as the prompt tells; --language chooses another", file=sys.stderr)
    text = ""
    while batch.rows:
        for piece in batch.advance(BATCH_STEPS):
            text += piece.text
            if not arguments.json:
                print(piece.text, end="", flush=True)
    print(_as_json(request, language, text) if arguments.json else "")


def _as_json(request: SampleRequest, language: str, text: str) -> str:
    content = asdict(request)
    return json.dumps(content | content.pop("params") | {"language": language, "text": text}, ensure_ascii=False)


def _evaluate(arguments: argparse.Namespace) -> int:
    import torch

    from models.card import write_card
    from models.checkpoint import load_checkpoint
    from models.corpus import read_text
    from models.evaluate import evaluate

    torch.set_num_threads(arguments.threads)
    folder = _folder(arguments)
    model, card = load_checkpoint(folder)
    text = read_text(arguments.file)
    losses = evaluate(model, card.vocabulary, text.split(arguments.split), card.language_index(arguments.language))
    reading = Evaluation(
        file=text.path.name,
        sha256=text.sha256,
        split=arguments.split,
        characters=losses.characters,
        stream_nats_per_character=round(losses.stream, 4),
        win256_nats_per_character=round(losses.win256, 4),
        unknown_words=losses.unknown_words,
        spelling_nats_per_character=round(losses.spelling, 4),
    )
    if arguments.json:
        print(json.dumps(asdict(losses) | {"file": text.path.name, "split": arguments.split}))
    else:
        for protocol, nats in (("stream", losses.stream), ("win256", losses.win256)):
            print(f"{protocol}  {nats:.4f} nats/char  {losses.as_bits(nats):.4f} bits/char")
        print(f"{arguments.split} of {text.path.name}: {losses.characters:,} characters, {losses.skipped} skipped")
        if card.unit == "word":
            _print_words(losses)
    if losses.skipped:
        named = " ".join(filter(str.isprintable, losses.unknown))
        print(
            f"models: characters were skipped, so these losses are not comparable; most frequent: {named}",
            file=sys.stderr,
        )
        return 1
    if arguments.record:
        write_card(folder, card.model_copy(update={"evaluations": (*card.evaluations, reading)}))
    return 0


def _print_words(losses: "Losses") -> None:
    """Print details of a word-level network's losses."""
    print(f"stream {losses.stream_per_token:.4f}, win256 {losses.win256_per_token:.4f} nats/token")
    share, named = losses.unknown_words / losses.tokens, " ".join(map(str.strip, losses.unknown))
    print(f"{losses.tokens:,} tokens, {losses.unknown_words:,} of them unknown words ({share:.1%}), spelled out")
    print(f"letter by letter, {losses.spelling:.4f} of the nats/char; most frequent: {named}")


def _list(arguments: argparse.Namespace) -> None:
    library = Library(arguments.checkpoints)
    print(LINE.format("name", "cell", "size", "parameters", "vocabulary", "languages", "title"))
    for name in library.names():
        try:
            card = library.card(name)
        except BadCheckpoint as error:
            print(f"{name:<20} damaged: {error}")
            continue
        shape, parameters = card.architecture, f"{card.parameters:,}"
        known = f"{len(card.tokens or card.characters)} {'words' if card.unit == 'word' else 'chars'}"
        size = f"{shape.layers}x{shape.hidden_size}"
        print(LINE.format(name, shape.cell, size, parameters, known, " ".join(card.languages), card.title))


def _folder(arguments: argparse.Namespace) -> Path:
    return Library(arguments.checkpoints).find(arguments.model)


def _between(kind: Callable[[str], float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    parse.__name__ = kind.__name__
    return parse


def _param(spec: ParamSpec) -> Callable[[str], float | int | str]:
    def parse(text: str) -> float | int | str:
        value = spec.type(text)
        try:
            spec.check(value)
        except InvalidSamplingParam as error:
            raise argparse.ArgumentTypeError(f"{text} is not between {error.minimum} and {error.maximum}") from None
        return value

    parse.__name__ = spec.type.__name__
    return parse


def _language_code(text: str) -> str:
    if not re.fullmatch(LANGUAGE_PATTERN, text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a language code such as en or pt-BR")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description="Train, sample and measure char-RNNs.")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="checkpoint folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train by a recipe, or on any text file")
    train.add_argument("source", type=Path, metavar="RECIPE.yaml|TEXT")
    train.add_argument("--resume", action="store_true", help="continue an interrupted run")
    train.add_argument(
        "--minutes",
        type=_between(float, 0.1, 10_000),
        default=20,
        help="time limit when training on a text (default: 20)",
    )
    train.add_argument("--name", help="model name when training on a text (default: from the file name)")
    train.add_argument(
        "--language",
        metavar="LL",
        type=_language_code,
        default="und",
        help="language of a text (default: und, undetermined)",
    )
    train.add_argument("--no-samples", dest="samples", action="store_false", help="don't print samples during training")
    train.add_argument(
        "--runs", type=Path, default=Path("runs"), help="folder for resume files and loss curves (default: runs)"
    )
    train.add_argument(
        "--workers",
        type=_between(int, 1, 64),
        help="number of processes (default: automatic for a text, 1 for a recipe)",
    )
    train.add_argument(
        "--threads",
        type=_between(int, 1, 1024),
        default=1,
        help="threads per process (default: 1; more rarely help)",
    )
    train.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="default: auto, a GPU if there is one"
    )
    train.add_argument(
        "--precision",
        choices=("bf16", "fp32"),
        help="default: the recipe's, or the faster one for a text; fp32 if bf16 is not supported",
    )
    train.add_argument(
        "--save-seconds", type=_between(float, 0, 3600), default=60, help="time between saves (default: 60)"
    )
    train.set_defaults(run=_train)

    sample = commands.add_parser("sample", help="write a text")
    sample.add_argument("model", metavar="NAME_OR_PATH")
    sample.add_argument("--prompt", required=True)
    for spec in SPECS.values():
        flag = f"--{spec.name.replace('_', '-')}"
        sample.add_argument(flag, type=_param(spec), default=spec.default, help=f"{spec.description} (%(default)s)")
    sample.add_argument("--language", metavar="LL", help="one that the model speaks; left out: as the prompt tells")
    sample.add_argument("--json", action="store_true")
    sample.set_defaults(run=_sample)

    evaluate = commands.add_parser("evaluate", help="measure a model's loss on a text, in nats and bits per character")
    evaluate.add_argument("model", metavar="NAME_OR_PATH")
    evaluate.add_argument("file", type=Path)
    add_split(evaluate)
    evaluate.add_argument(
        "--language", metavar="LL", help="initial state to start from (default: the model's first language)"
    )
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--record", action="store_true", help="add the losses to the model card")
    evaluate.add_argument("--threads", type=_between(int, 1, 1024), default=1)
    evaluate.set_defaults(run=_evaluate)

    recognise_command.register(commands, _folder)
    add_commands(commands)
    listing = commands.add_parser("list", help="list all models")
    listing.set_defaults(run=_list)
    add_card_commands(commands)
    add_compare(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
