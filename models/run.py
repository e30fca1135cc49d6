"""One stage of training: data, network, optimiser and the file it resumes from."""

import csv
import io
import math
import pickle
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from models.checkpoint import write_whole
from models.corpus import read_text, streams
from models.errors import BadRecipe
from models.evaluate import stream_loss
from models.plots import draw_losses
from models.recipe import Optimisation, Recipe
from models.rnn import CharRNN, Dropout
from models.vocabulary import Vocabulary

RESUME_FILE = "resume.pt"
TUNE_ROWS = 16  # parallel streams when the tune part is scored during training


@dataclass
class Progress:
    """Where a run stands; everything here is in its resume file."""

    step: int = 0
    seconds: float = 0.0
    best_tune: float = math.inf
    losses: list[dict[str, float]] = field(default_factory=list)


class Data:
    """A recipe's texts and the vocabulary of their training parts."""

    def __init__(self, recipe: Recipe, recipe_path: Path) -> None:
        self.texts = [read_text(recipe_path.parent / corpus.file) for corpus in recipe.corpora]
        self.vocabulary = Vocabulary.of("".join(text.split("train") for text in self.texts))

    def ids(self, split: str) -> Tensor:
        """Return one part of all texts, one after the other."""
        return torch.tensor(self.vocabulary.encode("".join(text.split(split) for text in self.texts)))


class Run:
    """A stage: a network that learns one part of the texts; with a tune part the best weights are selected by it."""

    def __init__(
        self, recipe: Recipe, data: Data, how: Optimisation, learned: Tensor, tune: Tensor | None, folder: Path
    ) -> None:
        self.recipe, self.how, self.folder = recipe, how, folder
        self.text_checksums = [text.sha256 for text in data.texts]
        self.learned, self.tune = learned, tune
        self.steps_per_pass = len(learned) // how.rows // how.window
        if not self.steps_per_pass or (tune is not None and len(tune) <= TUNE_ROWS):
            raise BadRecipe(folder, f"optimisation: {how.rows} rows of {how.window} need a longer text")
        self.steps = max(1, round(how.passes * self.steps_per_pass))
        torch.manual_seed(how.seed)
        self.model = CharRNN(recipe.model, len(data.vocabulary), Dropout(**recipe.dropout.model_dump()))
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), how.learning_rate, how.betas, weight_decay=how.weight_decay, fused=True
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimiser, self._learning_rate_share)
        self.state = self.model.initial_state(how.rows)
        self.best = self.model.state_dict()
        self.progress = Progress()

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Take over what another stage has learned."""
        self.model.load_state_dict(weights)

    def _learning_rate_share(self, step: int) -> float:
        """Warm up linearly, then cosine to zero (arXiv:1608.03983)."""
        warmup = self.how.warmup_share * self.steps
        if step < warmup:
            return (step + 1) / (warmup + 1)
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1.0, self.steps - warmup)))

    def windows(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield inputs and targets (time, rows) from where the run stands; each pass starts elsewhere in the text."""
        how = self.how
        while self.progress.step < self.steps:
            passes, first = divmod(self.progress.step, self.steps_per_pass)
            draw = torch.Generator().manual_seed(how.seed * 100_003 + passes)
            offset = int(torch.randint(len(self.learned), (), generator=draw))
            text = streams(self.learned, how.rows, offset)
            if first == 0:
                self.state = self.model.initial_state(how.rows)
            for index in range(first, min(self.steps_per_pass, first + self.steps - self.progress.step)):
                begin = index * how.window
                end = min(begin + how.window, len(text) - 1)
                yield text[begin:end], text[begin + 1 : end + 1]

    def learn(self, inputs: Tensor, targets: Tensor) -> float:
        """Take one step and return its loss in nats per character.

        Truncated backpropagation through time: the state is carried from window to window, gradients are not.
        """
        how = self.how
        keep = torch.rand(how.rows) >= how.state_reset_probability
        with torch.autocast("cpu", torch.bfloat16, enabled=how.precision == "bf16"):
            logits, state = self.model(inputs, self.state * keep.unsqueeze(1))
        loss = functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten())
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), how.clip_norm)
        self.optimiser.step()
        self.schedule.step()
        self.state = state.detach().float()
        self.progress.step += 1
        return loss.item()

    def assess(self, train_loss: float) -> None:
        """Score the tune part, keep the best weights (without one, the last), and save all that is needed to go on."""
        tune_loss = self._tune_loss()
        if not math.isfinite(train_loss):
            raise BadRecipe(self.folder, "the loss is no longer a number; lower the learning rate and start again")
        if self.tune is None or tune_loss < self.progress.best_tune:
            self.progress.best_tune = tune_loss
            self.best = {name: value.clone() for name, value in self.model.state_dict().items()}
        passes = self.progress.step / self.steps_per_pass
        self.progress.losses.append(
            {
                "pass": round(passes, 3),
                "train": train_loss,
                "tune": tune_loss,
                "seconds": self.progress.seconds,
            }
        )
        self.save()

    def _tune_loss(self) -> float:
        if self.tune is None:
            return math.nan
        self.model.eval()
        loss = stream_loss(self.model, self.tune, TUNE_ROWS)
        self.model.train()
        return loss

    @property
    def _signature(self) -> str:
        """Everything that decides what this stage gives."""
        return "".join(
            [self.recipe.model_dump_json(exclude={"finish"}), self.how.model_dump_json(), *self.text_checksums]
        )

    def save(self) -> None:
        """Write the resume file, the loss table and the loss curve."""
        self.folder.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        torch.save(
            {
                "signature": self._signature,
                "model": self.model.state_dict(),
                "best": self.best,
                "optimiser": self.optimiser.state_dict(),
                "schedule": self.schedule.state_dict(),
                "state": self.state,
                "random": torch.get_rng_state(),
                "progress": asdict(self.progress),
            },
            buffer,
        )
        write_whole(self.folder / RESUME_FILE, buffer.getvalue())
        with (self.folder / "losses.csv").open("w", newline="") as file:
            table = csv.DictWriter(file, self.progress.losses[0])
            table.writeheader()
            table.writerows(self.progress.losses)
        draw_losses(self.progress.losses, self.recipe.title, self.folder / "losses.png")

    def resume(self) -> None:
        """Go on from the resume file; raises BadRecipe when it belongs to another recipe."""
        path = self.folder / RESUME_FILE
        try:
            saved = torch.load(path, weights_only=True)
        except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise BadRecipe(path, f"can't be read ({error}); delete it to start again") from None
        if saved["signature"] != self._signature:
            raise BadRecipe(path, "was made with another recipe or text; restore it or delete the folder")
        self.model.load_state_dict(saved["model"])
        self.best = saved["best"]
        self.optimiser.load_state_dict(saved["optimiser"])
        self.schedule.load_state_dict(saved["schedule"])
        self.state = saved["state"]
        torch.set_rng_state(saved["random"])
        self.progress = Progress(**saved["progress"])
