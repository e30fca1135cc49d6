"""`python -m models`: train, sample, evaluate, list, describe."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from models.card import CARD_FILE, Evaluation, read_card
from models.engine.request import SampleRequest
from models.errors import BadCheckpoint, ModelsError
from models.library import Library

CHECKPOINTS = Path(__file__).parent / "checkpoints"
SPLITS = ("val", "train", "fit", "tune", "all")
BATCH_STEPS = 64
LINE = "{:<20} {:<5} {:>7} {:>11} {:>8}  {}"


def main() -> int:
    """Run one command; 2 means that it was refused, and the last line says why."""
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments) or 0)
    except ModelsError as error:
        print(f"models: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _train(arguments: argparse.Namespace) -> int:
    import torch

    from models.train import train

    torch.set_num_threads(arguments.threads)
    try:
        folder = train(arguments.recipe, arguments.runs, arguments.checkpoints, resume=arguments.resume)
    except KeyboardInterrupt:
        print(
            f"models: interrupted; go on with: python -m models train {arguments.recipe} --resume",
            file=sys.stderr,
        )
        return 130
    print(f"{folder} is ready: python -m models sample {folder}")
    return 0


def _sample(arguments: argparse.Namespace) -> None:
    import torch

    from models.checkpoint import load_checkpoint
    from models.engine.batch import Batch

    torch.set_num_threads(1)  # as the decoder: the same seed gives the same text
    folder = _folder(arguments)
    fitted = read_card(folder).fit_prompt(arguments.prompt)
    for note in (f"{old} read as {new}" for old, new in fitted.replaced):
        print(f"models: {note}", file=sys.stderr)
    if fitted.dropped:
        print(f"models: not in the model's alphabet, left out: {' '.join(fitted.dropped)}", file=sys.stderr)
    request = SampleRequest(
        model=folder.name,
        prompt=fitted.text,
        temperature=arguments.temperature,
        top_k=arguments.top_k,
        top_p=arguments.top_p,
        length=arguments.length,
        seed=arguments.seed,
        stop=arguments.stop,
    )
    model, card = load_checkpoint(folder)
    batch = Batch(model, card.vocabulary)
    batch.admit(0, request)
    text = ""
    while batch.rows:
        for piece in batch.advance(BATCH_STEPS):
            text += piece.text
            if not arguments.json:
                print(piece.text, end="", flush=True)
    print(json.dumps(asdict(request) | {"text": text}, ensure_ascii=False) if arguments.json else "")


def _evaluate(arguments: argparse.Namespace) -> int:
    import torch

    from models.checkpoint import load_checkpoint, write_card
    from models.corpus import read_text
    from models.evaluate import evaluate

    torch.set_num_threads(arguments.threads)
    folder = _folder(arguments)
    model, card = load_checkpoint(folder)
    text = read_text(arguments.file)
    losses = evaluate(model, card.vocabulary, text.split(arguments.split))
    reading = Evaluation(
        file=text.path.name,
        sha256=text.sha256,
        split=arguments.split,
        characters=losses.characters,
        stream_nats_per_character=round(losses.stream, 4),
        win256_nats_per_character=round(losses.win256, 4),
    )
    if arguments.json:
        print(json.dumps(asdict(losses) | {"file": text.path.name, "split": arguments.split}))
    else:
        for protocol, nats in (("stream", losses.stream), ("win256", losses.win256)):
            print(f"{protocol}  {nats:.4f} nats/char  {losses.as_bits(nats):.4f} bits/char")
        print(f"{arguments.split} of {text.path.name}: {losses.characters:,} characters, {losses.skipped} skipped")
    if losses.skipped:
        print("models: characters were skipped, so these figures do not count", file=sys.stderr)
        return 1
    if arguments.record:
        write_card(folder, card.model_copy(update={"evaluations": (*card.evaluations, reading)}))
    return 0


def _list(arguments: argparse.Namespace) -> None:
    library = Library(arguments.checkpoints)
    print(LINE.format("name", "cell", "size", "parameters", "alphabet", "title"))
    for name in library.names():
        try:
            card = library.card(name)
        except BadCheckpoint as error:
            print(f"{name:<20} damaged: {error}")
            continue
        shape, parameters = card.architecture, f"{card.parameters:,}"
        size = f"{shape.layers}x{shape.hidden_size}"
        print(LINE.format(name, shape.cell, size, parameters, len(card.characters), card.title))


def _describe(arguments: argparse.Namespace) -> None:
    print(read_card(_folder(arguments)).model_dump_json(indent=2))


def _folder(arguments: argparse.Namespace) -> Path:
    path = Path(arguments.model)
    return path if (path / CARD_FILE).exists() else Library(arguments.checkpoints).path(arguments.model)


def _between(kind: Callable[[str], float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    parse.__name__ = kind.__name__
    return parse


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description="Train, sample and measure char-RNNs.")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="folder of the checkpoints")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train as a recipe says")
    train.add_argument("recipe", type=Path, metavar="RECIPE.yaml")
    train.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    train.add_argument("--runs", type=Path, default=Path("runs"), help="folder of resume files and loss curves")
    train.add_argument("--threads", type=_between(int, 1, 1024), default=1, help="default 1: more rarely pay")
    train.set_defaults(run=_train)

    sample = commands.add_parser("sample", help="write a text")
    sample.add_argument("model", metavar="NAME_OR_PATH")
    sample.add_argument("--prompt", required=True)
    sample.add_argument("--temperature", type=_between(float, 0, 2), default=0.8)
    sample.add_argument("--length", type=_between(int, 1, 1_000_000), default=400)
    sample.add_argument("--seed", type=_between(int, 0, 2**31 - 1), default=0)
    sample.add_argument("--top-k", type=_between(int, 0, 1_000_000), default=0, help="0 = off")
    sample.add_argument("--top-p", type=_between(float, 1e-6, 1), default=1.0, help="1 = off")
    sample.add_argument("--stop", default="", help="end before this text")
    sample.add_argument("--json", action="store_true")
    sample.set_defaults(run=_sample)

    evaluate = commands.add_parser("evaluate", help="nats and bits per character of a text")
    evaluate.add_argument("model", metavar="NAME_OR_PATH")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--split", choices=SPLITS, default="val", help="val: the last 10 %% (default)")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--record", action="store_true", help="add the figures to the model card")
    evaluate.add_argument("--threads", type=_between(int, 1, 1024), default=1)
    evaluate.set_defaults(run=_evaluate)

    listing = commands.add_parser("list", help="the checkpoints that are there")
    listing.set_defaults(run=_list)
    describe = commands.add_parser("describe", help="one model card")
    describe.add_argument("model", metavar="NAME_OR_PATH")
    describe.set_defaults(run=_describe)
    return parser


if __name__ == "__main__":
    sys.exit(main())
