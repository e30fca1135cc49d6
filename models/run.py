"""One stage of training: data, network, optimiser and the file it resumes from."""

import csv
import io
import math
import pickle
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from models.checkpoint_files import write_whole
from models.corpus import read_text
from models.errors import BadRecipe
from models.evaluate import stream_loss
from models.learner import Learner, Share
from models.optimiser import optimisers
from models.recipe import Optimisation, Recipe
from models.rnn import CharRNN
from models.vocabulary import Vocabulary
from models.words import WordVocabulary
from models.workers import Workers

RESUME_FILE = "resume.pt"
PRECISION = re.compile(r'"precision":"\w+",')  # stands in the signatures of earlier resume files
TUNE_ROWS = 16  # parallel streams when the tune part is scored during training


@dataclass
class Progress:
    """Where a run stands; everything here is in its resume file."""

    step: int = 0
    seconds: float = 0.0
    best_tune: float = math.inf
    losses: list[dict[str, float]] = field(default_factory=list)
    since_assessed: list[float] = field(default_factory=list)  # training losses, step by step


class Data:
    """A recipe's texts and the vocabulary of their training parts."""

    def __init__(self, recipe: Recipe, recipe_path: Path) -> None:
        self.recipe, self.languages = recipe, recipe.languages
        self.texts = [read_text(recipe_path.parent / corpus.file) for corpus in recipe.corpora]
        learned = "".join(text.split("train") for text in self.texts)
        size = recipe.vocabulary_size
        self.vocabulary = WordVocabulary.of(learned, size) if size else Vocabulary.of(learned)

    def ids(self, split: str) -> list[Tensor]:
        """Return one part of the texts by language: those of one language stand one after the other."""
        parts = self.by_language(split, repeated=split != "tune")
        return [torch.tensor(self.vocabulary.encode(part)) for part in parts.values()]

    def by_language(self, split: str, *, repeated: bool = False) -> dict[str, str]:
        """Return one part of the texts by language, each once or as often as a pass repeats it."""
        parts = dict.fromkeys(self.languages, "")
        for corpus, text in zip(self.recipe.corpora, self.texts, strict=True):
            parts[self.recipe.language_of(corpus)] += text.split(split) * (corpus.repeats if repeated else 1)
        return parts

    def nats_per_character(self, split: str, nats_per_token: float) -> float:
        """Convert a loss on one part of the texts; unknown words are spelled out."""
        scored = [self.vocabulary.scored(text.split(split)) for text in self.texts]
        nats = sum(nats_per_token * len(text.ids) + text.spelling_nats for text in scored)
        return nats / sum(text.characters for text in scored)


def tune_loss(model: CharRNN, texts: list[Tensor], rows: int) -> float:
    """Return nats per token over all languages' texts, each from its own initial state."""
    nats = (len(ids) * stream_loss(model, ids, rows, language) for language, ids in enumerate(texts))
    return sum(nats) / sum(map(len, texts))


class Run:
    """A stage: a network that learns one part of the texts; with a tune part the best weights are selected by it.

    Both parts are given by language.
    """

    def __init__(
        self,
        recipe: Recipe,
        data: Data,
        how: Optimisation,
        learned: list[Tensor],
        tune: list[Tensor] | None,
        folder: Path,
        *,
        workers: int = 1,
        device: str = "cpu",
    ) -> None:
        self.recipe, self.how, self.folder, self.device = recipe, how, folder, device
        self.text_checksums = [text.sha256 for text in data.texts]
        self.learned, self.tune = learned, tune
        self.steps_per_pass = sum(map(len, learned)) // how.rows // how.window
        if not self.steps_per_pass or (tune is not None and min(map(len, tune)) <= TUNE_ROWS):
            raise BadRecipe(folder, f"optimisation: {how.rows} rows of {how.window} need a longer text")
        if how.rows < len(learned):
            raise BadRecipe(folder, f"optimisation: {len(learned)} languages need as many rows")
        if how.rows % workers:
            raise BadRecipe(folder, f"optimisation: {how.rows} rows can't be shared evenly by {workers} workers")
        self.steps = max(1, round(how.passes * self.steps_per_pass))
        self.assess_every = max(1, self.steps // 100, min(self.steps_per_pass // 2, self.steps // 10))
        first = Share(0, workers)
        self.learner = Learner(recipe, how, len(data.vocabulary), learned, share=first, device=device)
        self.workers = Workers(recipe, how, len(data.vocabulary), learned, workers)
        self.model = self.learner.model
        self.optimisers = optimisers(self.model, how)
        self.schedules = [torch.optim.lr_scheduler.LambdaLR(one, self._learning_rate_share) for one in self.optimisers]
        layers, parts, hidden = recipe.model.state_shape
        self.state = torch.zeros(layers, parts, how.rows, hidden, device=device)  # a pass begins in states of its own
        self.best = self._weights()
        self.progress = Progress()

    @property
    def stopped_early(self) -> bool:
        """Whether the last assessments, as many as the recipe's patience, brought no better tune loss."""
        if self.tune is None or not (losses := [row["tune"] for row in self.progress.losses]):
            return False
        return 0 < self.how.patience <= len(losses) - 1 - losses.index(min(losses))

    @property
    def finished(self) -> bool:
        """Whether no step is left to take."""
        return self.progress.step >= self.steps or self.stopped_early

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Take over what another stage has learned."""
        self.model.load_state_dict(weights)

    def _learning_rate_share(self, step: int) -> float:
        """Warm up linearly, then cosine to zero (arXiv:1608.03983)."""
        warmup = self.how.warmup_share * self.steps
        if step < warmup:
            return (step + 1) / (warmup + 1)
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1.0, self.steps - warmup)))

    def learn(self) -> float:
        """Take one step and return its loss in nats per token; raises WorkerEnded."""
        step, own = self.progress.step, self.learner.own
        self.workers.begin(step, self.model, self.state)
        loss, self.state[:, :, own] = self.learner.learn(step, self.state[:, :, own])
        loss += self.workers.finish(self.model, self.state)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.how.clip_norm)
        for optimiser, schedule in zip(self.optimisers, self.schedules, strict=True):
            optimiser.step()
            schedule.step()
        self.progress.step += 1
        self.progress.since_assessed.append(loss)
        return loss

    @property
    def assessment_due(self) -> bool:
        """Whether the step just taken is one after which the tune part is scored."""
        return self.progress.step % self.assess_every == 0 or self.progress.step == self.steps

    def assess(self) -> None:
        """Score the tune part and keep the best weights (without one, the last)."""
        progress = self.progress
        train_loss, loss = sum(progress.since_assessed) / len(progress.since_assessed), self._tune_loss()
        progress.since_assessed = []
        if not math.isfinite(train_loss):
            raise BadRecipe(self.folder, "the loss is no longer a number; lower the learning rate and start again")
        if self.tune is None or loss < progress.best_tune:
            progress.best_tune = loss
            self.best = self._weights()
        passes = round(progress.step / self.steps_per_pass, 3)
        progress.losses.append({"pass": passes, "train": train_loss, "tune": loss, "seconds": progress.seconds})

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.to("cpu", copy=True) for name, value in self.model.state_dict().items()}

    def _tune_loss(self) -> float:
        if self.tune is None:
            return math.nan
        self.model.eval()
        loss = tune_loss(self.model, [ids.to(self.device) for ids in self.tune], TUNE_ROWS)
        self.model.train()
        return loss

    @property
    def _signature(self) -> str:
        """Everything that decides what this stage gives but for rounding: it may go on where bf16 can't be had."""
        recipe = self.recipe.model_dump_json(exclude={"finish": True, "optimisation": {"precision"}})
        return "".join([recipe, self.how.model_dump_json(exclude={"precision"}), *self.text_checksums])

    def save(self) -> None:
        """Write the resume file and the loss table; each appears whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        torch.save(
            {
                "signature": self._signature,
                "model": self.model.state_dict(),
                "best": self.best,
                "optimisers": [one.state_dict() for one in self.optimisers],
                "schedules": [one.state_dict() for one in self.schedules],
                "state": self.state,
                "progress": asdict(self.progress),
            },
            buffer,
        )
        write_whole(self.folder / RESUME_FILE, buffer.getvalue())
        table = io.StringIO(newline="")
        rows = csv.DictWriter(table, ("pass", "train", "tune", "seconds"))
        rows.writeheader()
        rows.writerows(self.progress.losses)
        write_whole(self.folder / "losses.csv", table.getvalue().encode())

    def resume(self) -> None:
        """Go on from the resume file; raises BadRecipe when it belongs to another recipe."""
        path = self.folder / RESUME_FILE
        try:
            saved = torch.load(path, map_location=self.device, weights_only=True)
        except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise BadRecipe(path, f"can't be read ({error}); delete it to start again") from None
        if PRECISION.sub("", saved["signature"]) != self._signature:
            raise BadRecipe(path, "was made with another recipe or text; restore it or delete the folder")
        self.model.load_state_dict(saved["model"])
        self.best = {name: value.cpu() for name, value in saved["best"].items()}
        for name in ("optimisers", "schedules"):
            for one, state in zip(getattr(self, name), saved[name], strict=True):
                one.load_state_dict(state)
        self.state = saved["state"]
        self.progress = Progress(**saved["progress"])
