"""One stage of training: network, optimizers and progress, which can be saved and resumed at any step."""

import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from tempera.models.errors import BadRecipe
from tempera.models.evaluation.losses import validation_loss
from tempera.models.training.batches import training_batches
from tempera.models.training.data_parallel import WorkerPool
from tempera.models.training.dataset import Dataset
from tempera.models.training.gradients import Replica, Shard
from tempera.models.training.optimizers import build_optimizers, learning_rate_factor
from tempera.models.training.recipe import Optimization, Recipe
from tempera.models.training.run_files import Progress, read_progress, read_state, write_losses, write_state

VALIDATION_ROWS = 16  # parallel streams when scoring the validation part during training


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
        self.steps_per_epoch = training_batches(recipe.layout, train_ids, config).steps_per_epoch
        if problem := self._problem(workers):
            raise BadRecipe(folder, f"optimization: {problem}")
        self.tokens_per_step = sum(map(len, train_ids)) / max(1, self.steps_per_epoch)
        self.steps = max(1, round(config.epochs * self.steps_per_epoch))
        self.validate_every = max(1, self.steps // 100, min(self.steps_per_epoch // 2, self.steps // 10))
        shard = Shard(0, workers)
        self.replica = Replica(recipe, config, len(dataset.vocabulary), train_ids, shard=shard, device=device)
        self.workers = WorkerPool(recipe, config, len(dataset.vocabulary), train_ids, workers)
        self.model = self.replica.model
        self.optimizers = build_optimizers(self.model, config)
        schedule = self._learning_rate_factor
        self.schedulers = [torch.optim.lr_scheduler.LambdaLR(each, schedule) for each in self.optimizers]
        layers, parts, hidden = recipe.model.state_shape
        # Its values don't matter: every epoch starts in the initial states.
        self.state = torch.zeros(layers, parts, config.batch_size, hidden, device=device)
        self.best = self._weights()
        self.progress = Progress()

    def _problem(self, workers: int) -> str:
        """Return why the configuration doesn't fit the texts or the workers, "" if it does."""
        config, languages = self.config, len(self.train_ids)
        shortest = min(map(len, self.validation_ids)) if self.validation_ids is not None else math.inf
        if not self.steps_per_epoch or shortest <= VALIDATION_ROWS:
            return f"{config.batch_size} sequences of {config.sequence_length} need a longer text"
        if config.batch_size < languages:
            return f"{languages} languages need a batch_size of at least {languages}"
        if config.batch_size % workers:
            return f"batch_size {config.batch_size} is not divisible by {workers} workers"
        return ""

    @property
    def parameters(self) -> int:
        """Number of parameters of the network."""
        return sum(parameter.numel() for parameter in self.model.parameters())

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
        return learning_rate_factor(step, self.steps, self.config.warmup_fraction)

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
        train_loss = sum(progress.recent_train_losses) / len(progress.recent_train_losses)
        loss = self._validation_loss()
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
        texts = [ids.to(self.device) for ids in self.validation_ids]
        loss = validation_loss(self.model, texts, VALIDATION_ROWS, self.recipe.layout)
        self.model.train()
        return loss

    @property
    def _signature(self) -> str:
        """Everything that determines this stage's result except the precision, which may change on resume."""
        recipe = self.recipe.model_dump_json(exclude={"finish": True, "optimization": {"precision"}})
        return "".join([recipe, self.config.model_dump_json(exclude={"precision"}), *self.text_checksums])

    def save(self) -> None:
        """Write the resume file and losses.csv."""
        state = {
            "signature": self._signature,
            "model": self.model.state_dict(),
            "best": self.best,
            "optimizers": [each.state_dict() for each in self.optimizers],
            "schedulers": [each.state_dict() for each in self.schedulers],
            "state": self.state,
            "progress": asdict(self.progress),
        }
        write_state(self.folder, state)
        write_losses(self.folder, self.progress.losses)

    def resume(self) -> None:
        """Continue from the resume file; raises BadRecipe if it is damaged or belongs to another recipe."""
        saved = read_state(self.folder, self._signature, self.device)
        self.model.load_state_dict(saved["model"])
        self.best = {name: value.cpu() for name, value in saved["best"].items()}
        for name in ("optimizers", "schedulers"):
            for each, state in zip(getattr(self, name), saved[name], strict=True):
                each.load_state_dict(state)
        self.state = saved["state"]
        self.progress = read_progress(saved["progress"])
