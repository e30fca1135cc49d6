"""Train the transformer of a comparison: as many characters per step and as many epochs as the recurrent networks."""

import math
import statistics
from pathlib import Path

import numpy as np
import torch
import yaml
from pydantic import ValidationError
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from tempera.models.comparison.recipes import EPOCHS, cpu_seconds
from tempera.models.comparison.results import CurvePoint, ModelResult
from tempera.models.comparison.transformer import (
    CONTEXT,
    HEADS,
    LAYERS,
    Transformer,
    count_parameters,
    loss,
    sampled,
    width_for,
)
from tempera.models.corpora.text import Text
from tempera.models.errors import BadRecipe
from tempera.models.evaluation.generation import default_prompt
from tempera.models.evaluation.samples import LENGTH, SEED, TEMPERATURES
from tempera.models.formats.card_parts import Sample, StrictModel
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.training.batches import parallel_streams
from tempera.models.training.calibration import minimizing_factor
from tempera.models.training.optimizers import learning_rate_factor
from tempera.models.training.recipe import Precision
from tempera.models.training.run_files import RESUME_FILE, read_state, write_state

FOLDER = "transformer"  # of its resume file
ROWS = 16  # of CONTEXT characters: a step learns as many as those of the other networks
LEARNING_RATE = 2e-3  # usual at this size: larger networks take less
BETAS, WEIGHT_DECAY, DROPOUT, CLIP_NORM, WARMUP_FRACTION = (0.9, 0.99), 0.1, 0.1, 1.0, 0.04
VALIDATIONS = 40
STREAM_STRIDE = CONTEXT // 2


class TransformerRecipe(StrictModel):
    """What is fixed when a comparison starts."""

    text_sha256: str
    width: int
    epochs: float


class TransformerRun:
    """A training that can be saved and resumed at every validation."""

    def __init__(self, recipe: TransformerRecipe, text: Text, vocabulary: Vocabulary, precision: Precision) -> None:
        self.recipe, self.precision = recipe, precision
        self.train_ids, self.validation_ids = (
            torch.tensor(vocabulary.encode(text.split(part))) for part in ("train", "validation")
        )
        self.steps_per_epoch = max(1, len(self.train_ids) // (ROWS * CONTEXT))
        self.steps = max(1, round(recipe.epochs * self.steps_per_epoch))
        torch.manual_seed(SEED)
        self.model = Transformer(len(vocabulary), recipe.width, DROPOUT)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), LEARNING_RATE, BETAS, weight_decay=WEIGHT_DECAY)
        self.step, self.losses, self.best = 0, list[float](), self._weights()
        self.curve: list[dict[str, float]] = []

    def train_step(self) -> None:
        """Take a step; it is seeded by its number, so that a run that was resumed goes on as if it hadn't stopped."""
        torch.manual_seed(SEED * 1_000_003 + self.step)
        epoch, number = divmod(self.step, self.steps_per_epoch)
        offset = torch.rand((), generator=torch.Generator().manual_seed(epoch)).item()
        times = number * CONTEXT + torch.arange(CONTEXT + 1)
        text = parallel_streams([self.train_ids], [ROWS], offset, times).T
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bf16"):
            logits = self.model(text[:, :-1])
        nats = functional.cross_entropy(logits.float().flatten(0, 1), text[:, 1:].flatten())
        self.optimizer.zero_grad()
        torch.autograd.backward(nats)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP_NORM)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * learning_rate_factor(self.step, self.steps, WARMUP_FRACTION)
        self.optimizer.step()
        self.step += 1
        self.losses.append(nats.item())

    def validate(self) -> None:
        """Score the validation part, and keep the best weights."""
        self.model.eval()
        nats = loss(self.model, self.validation_ids, STREAM_STRIDE)
        self.model.train()
        if nats < min((row["validation"] for row in self.curve), default=math.inf):
            self.best = self._weights()
        epoch, train = round(self.step / self.steps_per_epoch, 3), statistics.fmean(self.losses)
        self.curve.append({"epoch": epoch, "train": train, "validation": nats})
        self.losses = []

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.model.state_dict().items()}

    @property
    def _signature(self) -> str:
        return self.recipe.model_dump_json()

    def save(self, folder: Path) -> None:
        """Write the resume file."""
        state = {"model": self.model.state_dict(), "best": self.best, "optimizer": self.optimizer.state_dict()}
        write_state(folder, state | {"signature": self._signature, "step": self.step, "curve": self.curve})

    def resume(self, folder: Path) -> None:
        """Go on from the resume file, if there is one; raises BadRecipe if it is another run's."""
        if (folder / RESUME_FILE).exists():
            saved = read_state(folder, self._signature, "cpu")
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.best, self.step, self.curve = saved["best"], saved["step"], saved["curve"]


def train_transformer(
    runs: Path, text: Text, parameters: float, minutes: float | None, precision: Precision
) -> ModelResult:
    """Train, calibrate and test a transformer, or resume; raises BadRecipe."""
    vocabulary = Vocabulary.of(text.text)
    recipe = _recipe(runs / "transformer.yaml", text, vocabulary, parameters, minutes, precision)
    run = TransformerRun(recipe, text, vocabulary, precision)
    _train(run, runs / FOLDER)
    model = run.model
    model.load_state_dict(run.best)
    model.eval()
    factor = minimizing_factor(
        lambda factors: np.array([loss(model, run.validation_ids, STREAM_STRIDE, each) for each in factors.tolist()])
    )
    test = torch.tensor(vocabulary.encode(text.split("test")))
    return ModelResult(
        name="Transformer",
        text_sha256=text.sha256,
        size=f"{LAYERS} x {recipe.width}, {HEADS} heads, context of {CONTEXT}",
        parameters=count_parameters(recipe.width, len(vocabulary)),
        epochs=run.curve[-1]["epoch"],
        seconds=run.steps * step_seconds(recipe, text, vocabulary, precision),
        validation=loss(model, run.validation_ids, STREAM_STRIDE, factor),
        stream=loss(model, test, STREAM_STRIDE, factor),
        win256=loss(model, test, CONTEXT, factor),
        skipped=0,
        curve=tuple(CurvePoint(**point) for point in run.curve),
        samples=tuple(_sample(model, vocabulary, factor, temperature) for temperature in TEMPERATURES),
    )


def _train(run: TransformerRun, folder: Path) -> None:
    run.resume(folder)
    every = max(1, run.steps // VALIDATIONS)
    with tqdm(total=run.steps, initial=run.step, unit="step", desc="transformer", disable=None) as bar:
        while run.step < run.steps:
            run.train_step()
            bar.update()
            if run.step % every == 0 or run.step == run.steps:
                run.validate()
                run.save(folder)
                bar.set_postfix_str(f"validation {run.curve[-1]['validation']:.4f} nats/char", refresh=False)


def _recipe(
    path: Path, text: Text, vocabulary: Vocabulary, parameters: float, minutes: float | None, precision: Precision
) -> TransformerRecipe:
    """Write what is fixed at the start, or read it; raises BadRecipe if it is another comparison's."""
    wanted = TransformerRecipe(text_sha256=text.sha256, width=width_for(parameters, len(vocabulary)), epochs=EPOCHS)
    if not path.exists():
        if minutes:
            seconds = step_seconds(wanted, text, vocabulary, precision)
            characters = 60 * minutes / seconds * ROWS * CONTEXT
            wanted = wanted.model_copy(update={"epochs": characters / len(text.split("train"))})
        write_atomically(path, yaml.safe_dump(wanted.model_dump()).encode())
    try:
        found = TransformerRecipe.model_validate(yaml.safe_load(path.read_text()))
    except (yaml.YAMLError, ValidationError):
        raise BadRecipe(path, "can't be read; delete it to start again") from None
    if found != wanted.model_copy(update={"epochs": found.epochs}):
        raise BadRecipe(path, "belongs to another comparison; use another --runs folder, or delete this one")
    return found


def step_seconds(recipe: TransformerRecipe, text: Text, vocabulary: Vocabulary, precision: Precision) -> float:
    """Measure a training step in CPU time."""
    return cpu_seconds(
        TransformerRun(recipe.model_copy(update={"epochs": 1000.0}), text, vocabulary, precision).train_step
    )


def _sample(model: Transformer, vocabulary: Vocabulary, factor: float, temperature: float) -> Sample:
    ids = vocabulary.encode(default_prompt(vocabulary))
    text = vocabulary.decode(sampled(model, ids, factor, temperature, LENGTH, SEED))
    return Sample(language="und", temperature=temperature, text=text)
