"""One stage of training: dataset, network, optimizers and resume file."""

import csv
import io
import math
import pickle
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from models.errors import BadRecipe
from models.evaluation.losses import stream_loss
from models.formats.checkpoint_files import write_whole
from models.formats.old_names import renamed, renamed_json
from models.networks.rnn import CharRNN
from models.tokenizers.characters import Vocabulary
from models.tokenizers.words import WordVocabulary
from models.training.corpus import read_text
from models.training.data_parallel import WorkerPool
from models.training.gradients import Replica, Shard
from models.training.optimizers import build_optimizers
from models.training.recipe import Optimization, Recipe

RESUME_FILE = "resume.pt"
PRECISION = re.compile(r'"precision":"\w+",')  # part of the signatures of earlier resume files
VALIDATION_ROWS = 16  # parallel streams when scoring the validation part during training


@dataclass
class Progress:
    """Progress of a run, as stored in its resume file."""

    step: int = 0
    seconds: float = 0.0
    best_validation: float = math.inf
    losses: list[dict[str, float]] = field(default_factory=list)
    recent_train_losses: list[float] = field(default_factory=list)  # by step, since the last validation


class Dataset:
    """A recipe's texts, and the vocabulary of their training and validation parts."""

    def __init__(self, recipe: Recipe, recipe_path: Path) -> None:
        self.recipe, self.languages = recipe, recipe.languages
        self.texts = [read_text(recipe_path.parent / corpus.file) for corpus in recipe.corpora]
        known = "".join(text.split("train+validation") for text in self.texts)
        size = recipe.vocabulary_size
        self.vocabulary = WordVocabulary.of(known, size) if size else Vocabulary.of(known)

    def ids(self, split: str) -> list[Tensor]:
        """Return the token ids of a split by language; texts of one language are concatenated."""
        parts = self.by_language(split, repeated=split != "validation")
        return [torch.tensor(self.vocabulary.encode(part)) for part in parts.values()]

    def by_language(self, split: str, *, repeated: bool = False) -> dict[str, str]:
        """Return a split of the texts by language, each text once or with its repeats per epoch."""
        parts = dict.fromkeys(self.languages, "")
        for corpus, text in zip(self.recipe.corpora, self.texts, strict=True):
            parts[self.recipe.language_of(corpus)] += text.split(split) * (corpus.repeats if repeated else 1)
        return parts

    def nats_per_character(self, split: str, nats_per_token: float) -> float:
        """Convert a loss per token on a split; unknown words are spelled out."""
        scored = [self.vocabulary.scored(text.split(split)) for text in self.texts]
        nats = sum(nats_per_token * len(text.ids) + text.spelling_nats for text in scored)
        return nats / sum(text.characters for text in scored)


def validation_loss(model: CharRNN, texts: list[Tensor], rows: int) -> float:
    """Return nats per token over texts by language, each starting in its initial state."""
    nats = (len(ids) * stream_loss(model, ids, rows, language) for language, ids in enumerate(texts))
    return sum(nats) / sum(map(len, texts))


class Trainer:
    """Trains a network on one split; if there is a validation split, the weights that score best on it are kept.

    Both splits are given by language.
    """

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset,
        config: Optimization,
        train_ids: list[Tensor],
        validation_ids: list[Tensor] | None,
        folder: Path,
        *,
        workers: int = 1,
        device: str = "cpu",
    ) -> None:
        self.recipe, self.config, self.folder, self.device = recipe, config, folder, device
        self.text_checksums = [text.sha256 for text in dataset.texts]
        self.train_ids, self.validation_ids = train_ids, validation_ids
        self.steps_per_epoch = sum(map(len, train_ids)) // config.batch_size // config.sequence_length
        if not self.steps_per_epoch or (
            validation_ids is not None and min(map(len, validation_ids)) <= VALIDATION_ROWS
        ):
            raise BadRecipe(
                folder, f"optimization: {config.batch_size} sequences of {config.sequence_length} need a longer text"
            )
        if config.batch_size < len(train_ids):
            raise BadRecipe(
                folder, f"optimization: {len(train_ids)} languages need a batch_size of at least {len(train_ids)}"
            )
        if config.batch_size % workers:
            raise BadRecipe(
                folder, f"optimization: batch_size {config.batch_size} is not divisible by {workers} workers"
            )
        self.steps = max(1, round(config.epochs * self.steps_per_epoch))
        self.validate_every = max(1, self.steps // 100, min(self.steps_per_epoch // 2, self.steps // 10))
        shard = Shard(0, workers)
        self.replica = Replica(recipe, config, len(dataset.vocabulary), train_ids, shard=shard, device=device)
        self.workers = WorkerPool(recipe, config, len(dataset.vocabulary), train_ids, workers)
        self.model = self.replica.model
        self.optimizers = build_optimizers(self.model, config)
        self.schedulers = [
            torch.optim.lr_scheduler.LambdaLR(each, self._learning_rate_factor) for each in self.optimizers
        ]
        layers, parts, hidden = recipe.model.state_shape
        self.state = torch.zeros(
            layers, parts, config.batch_size, hidden, device=device
        )  # every epoch starts in the initial states
        self.best = self._weights()
        self.progress = Progress()

    @property
    def stopped_early(self) -> bool:
        """Whether the validation loss has not improved for as many validations as the recipe's patience."""
        if self.validation_ids is None or not (losses := [row["validation"] for row in self.progress.losses]):
            return False
        return 0 < self.config.patience <= len(losses) - 1 - losses.index(min(losses))

    @property
    def finished(self) -> bool:
        """Whether training is complete."""
        return self.progress.step >= self.steps or self.stopped_early

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Start from the weights of another stage."""
        self.model.load_state_dict(weights)

    def _learning_rate_factor(self, step: int) -> float:
        """Linear warm-up, then cosine decay to zero (arXiv:1608.03983)."""
        warmup = self.config.warmup_fraction * self.steps
        if step < warmup:
            return (step + 1) / (warmup + 1)
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1.0, self.steps - warmup)))

    def train_step(self) -> float:
        """Take one step and return its loss in nats per token; raises WorkerEnded."""
        step, shard_rows = self.progress.step, self.replica.shard_rows
        self.workers.start_step(step, self.model, self.state)
        loss, self.state[:, :, shard_rows] = self.replica.forward_backward(step, self.state[:, :, shard_rows])
        loss += self.workers.finish_step(self.model, self.state)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        for optimizer, scheduler in zip(self.optimizers, self.schedulers, strict=True):
            optimizer.step()
            scheduler.step()
        self.progress.step += 1
        self.progress.recent_train_losses.append(loss)
        return loss

    @property
    def validation_due(self) -> bool:
        """Whether a validation is due after the last step."""
        return self.progress.step % self.validate_every == 0 or self.progress.step == self.steps

    def validate(self) -> None:
        """Score the validation part and keep the best weights, or the latest without a validation part."""
        progress = self.progress
        train_loss, loss = (
            sum(progress.recent_train_losses) / len(progress.recent_train_losses),
            self._validation_loss(),
        )
        progress.recent_train_losses = []
        if not math.isfinite(train_loss):
            raise BadRecipe(self.folder, "the loss is NaN or infinite; lower the learning rate and start again")
        if self.validation_ids is None or loss < progress.best_validation:
            progress.best_validation = loss
            self.best = self._weights()
        epochs = round(progress.step / self.steps_per_epoch, 3)
        progress.losses.append({"epoch": epochs, "train": train_loss, "validation": loss, "seconds": progress.seconds})

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.to("cpu", copy=True) for name, value in self.model.state_dict().items()}

    def _validation_loss(self) -> float:
        if self.validation_ids is None:
            return math.nan
        self.model.eval()
        loss = validation_loss(self.model, [ids.to(self.device) for ids in self.validation_ids], VALIDATION_ROWS)
        self.model.train()
        return loss

    @property
    def _signature(self) -> str:
        """Everything that determines this stage's result except the precision, which may change on resume."""
        recipe = self.recipe.model_dump_json(exclude={"finish": True, "optimization": {"precision"}})
        return "".join([recipe, self.config.model_dump_json(exclude={"precision"}), *self.text_checksums])

    def save(self) -> None:
        """Write the resume file and losses.csv, each atomically."""
        self.folder.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        torch.save(
            {
                "signature": self._signature,
                "model": self.model.state_dict(),
                "best": self.best,
                "optimizers": [each.state_dict() for each in self.optimizers],
                "schedulers": [each.state_dict() for each in self.schedulers],
                "state": self.state,
                "progress": asdict(self.progress),
            },
            buffer,
        )
        write_whole(self.folder / RESUME_FILE, buffer.getvalue())
        table = io.StringIO(newline="")
        rows = csv.DictWriter(table, ("epoch", "train", "validation", "seconds"))
        rows.writeheader()
        rows.writerows(self.progress.losses)
        write_whole(self.folder / "losses.csv", table.getvalue().encode())

    def resume(self) -> None:
        """Continue from the resume file; raises BadRecipe if it is damaged or belongs to another recipe."""
        path = self.folder / RESUME_FILE
        try:
            saved = renamed(torch.load(path, map_location=self.device, weights_only=True))
        except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise BadRecipe(path, f"can't be read ({error}); delete it to start again") from None
        if PRECISION.sub("", renamed_json(saved["signature"])) != renamed_json(self._signature):
            raise BadRecipe(
                path, "belongs to another recipe or text; restore them, or delete the folder to start again"
            )
        self.model.load_state_dict(saved["model"])
        self.best = {name: value.cpu() for name, value in saved["best"].items()}
        for name in ("optimizers", "schedulers"):
            for each, state in zip(getattr(self, name), saved[name], strict=True):
                each.load_state_dict(state)
        self.state = saved["state"]
        progress = renamed(saved["progress"])
        self.progress = Progress(**progress | {"losses": list(map(renamed, progress["losses"]))})
