"""Training plans for a text without a recipe: network size, batch size, epochs and dropout.

The rules generalize the recipes that come with Tempera: a million characters suit a 2 x 512 network for an hour.
"""

import os
from dataclasses import dataclass
from math import ceil, log2, prod

from tempera.models.auto_recipe.corpus_stats import CorpusStats
from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import Architecture
from tempera.models.formats.file_names import shown_name
from tempera.models.training.recipe import CorpusFile, DropoutRates, Finish, Optimization, Recipe, Start

SIZES = (64, 96, 128, 192, 256, 384, 512, 768, 1024)  # hidden units per layer
LAYERS = 2  # a third one slows generation down and rarely helps
MAX_EMBEDDING_SIZE = 128
MAX_PARAMETERS_PER_CHARACTER = 8  # of text; a larger network would only overfit
MIN_CHARACTERS_READ_PER_PARAMETER = 3  # over all epochs; a larger network would be undertrained
MIN_STEPS_PER_EPOCH = 8  # if the text is long enough
MAX_RECORDS_PER_STEP = 64
MAX_EPOCHS, MIN_STEPS_AT_MAX_EPOCHS = 60, 2000  # whichever is more
PATIENCE = 10
SAVE_SECONDS, SAVE_SECONDS_PER_PARAMETER = 0.05, 1.3e-7  # resume file and live samples per validation
FINAL_SCORINGS = 12  # cost of calibration and the final validation, in validations during training
# from so many epochs on: dropout at the input, between layers, at the output, and of recurrent weights
DROPOUT = {0: (0.0, 0.05, 0.05, 0.0), 3: (0.02, 0.1, 0.1, 0.1), 8: (0.05, 0.3, 0.3, 0.2), 25: (0.1, 0.45, 0.45, 0.35)}
RATES = {"lstm": 0.012, "gru": 0.008, "gru-reset-before": 0.008, "rnn": 0.004}  # Muon's: a plain RNN tolerates less
STARTED_RATE = 1 / 3  # of a training that starts from a model
LEARNING_RATE_SHARE = 1 / 3  # AdamW's learning rate per unit of Muon's
FINISH_EPOCHS, FINISH_RATE = 0.15, 0.3  # of the first stage's, when all is learned in the end


@dataclass(frozen=True)
class StepTiming:
    """Measured seconds per training step, and per validation."""

    step_seconds: float
    scoring_seconds: float


@dataclass(frozen=True)
class TrainingPlan:
    """Network and batch size for a text; the number of epochs is still open."""

    corpus: CorpusStats
    architecture: Architecture
    precision: str

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return sum(map(prod, self.architecture.shapes(self.corpus.alphabet_size, 1).values()))

    @property
    def alphabet_parameters(self) -> int:
        """Number of parameters that a larger alphabet would have more of."""
        return self.parameters - sum(map(prod, self.architecture.shapes(1, 1).values()))

    @property
    def batch(self) -> tuple[int, int]:
        """Batch size and sequence length: as in the recipes, smaller for short texts; records have their own length."""
        characters = self.corpus.train_characters
        window = 128 if characters >= 100_000 else 64
        if self.corpus.layout != "running":
            rows = self.corpus.train_records // MIN_STEPS_PER_EPOCH
            return min(MAX_RECORDS_PER_STEP, max(4, 2 ** int(log2(max(1, rows))))), window
        rows = characters // (window * MIN_STEPS_PER_EPOCH)
        return min(64, max(4, 2 ** int(log2(max(1, rows))))), window

    @property
    def steps_per_epoch(self) -> int:
        """Number of steps per epoch."""
        rows, window = self.batch
        if self.corpus.layout != "running":
            return ceil(self.corpus.train_records / rows)
        return self.corpus.train_characters // rows // window

    def epochs(self, seconds: float, timing: StepTiming) -> float:
        """Return how many epochs fit in the time, including validations and the final calibration."""
        validations = min(100.0, max(10.0, 2 * seconds / timing.step_seconds / self.steps_per_epoch))
        scoring = (validations + FINAL_SCORINGS) * timing.scoring_seconds + validations * self.save_seconds
        steps = max(10.0, (seconds - scoring) / timing.step_seconds)
        return steps / self.steps_per_epoch / (1 + FINISH_EPOCHS * self.corpus.wishes.learns_all)

    @property
    def characters_per_step(self) -> float:
        """Number of characters that a step learns."""
        return self.corpus.train_characters / self.steps_per_epoch

    @property
    def save_seconds(self) -> float:
        """What saving and live samples take at each validation."""
        return SAVE_SECONDS + SAVE_SECONDS_PER_PARAMETER * self.parameters

    @property
    def max_epochs(self) -> float:
        """The number of epochs after which a text is memorized."""
        return max(MAX_EPOCHS, MIN_STEPS_AT_MAX_EPOCHS / self.steps_per_epoch)

    def is_worthwhile(self, seconds: float, timing: StepTiming) -> bool:
        """Return whether the network can be trained long enough in the time to justify its size."""
        return (
            self.epochs(seconds, timing) * self.corpus.train_characters
            >= MIN_CHARACTERS_READ_PER_PARAMETER * self.parameters
        )

    @property
    def rate(self) -> float:
        """Muon's learning rate."""
        if self.corpus.wishes.rate is not None:
            return self.corpus.wishes.rate
        return RATES[self.architecture.cell] * (STARTED_RATE if self.corpus.start else 1)

    def dropout(self, epochs: float) -> DropoutRates:
        """Return the rates that were asked for, or those that suit the number of epochs."""
        between = self.corpus.wishes.dropout
        if between is None and self.corpus.layout == "pairs":
            between = 0.0  # exact outputs need every unit
        if between is not None:
            rates: tuple[float, ...] = (0.2 * between, between, between, 0.75 * between)
        else:
            rates = DROPOUT[max(threshold for threshold in DROPOUT if threshold <= epochs)]
        return DropoutRates(input=rates[0], between=rates[1], output=rates[2], recurrent_weight=rates[3])

    def recipe(self, epochs: float) -> Recipe:
        """Return the recipe for this many epochs."""
        corpus, (rows, window) = self.corpus, self.batch
        return Recipe(
            name=corpus.name,
            title=corpus.title,
            description=f"Trained on {shown_name(corpus.path.name)}, {corpus.characters:,} characters."[:500],
            languages=(corpus.language,),
            licence=f"unknown; started from {self.corpus.start.name}, {self.corpus.start.licence}"
            if self.corpus.start
            else "unknown",
            corpora=(self._corpus_file(),),
            layout=corpus.layout,
            held_out=corpus.held_out,
            start=self._started_from(),
            model=self.architecture,
            dropout=self.dropout(epochs),
            finish=self._finish(epochs) if self.corpus.wishes.learns_all else None,
            optimization=Optimization.model_validate(
                {
                    "epochs": float(f"{epochs:.4g}"),
                    "batch_size": rows,
                    "sequence_length": window,
                    "recurrent_learning_rate": self.rate,
                    "learning_rate": float(f"{LEARNING_RATE_SHARE * self.rate:.4g}"),
                    "betas": (0.9, 0.99),
                    "weight_decay": 0.02,
                    "warmup_fraction": 0.04,
                    "clip_norm": 0.5,
                    "state_reset_probability": 0.02,
                    "precision": self.precision,
                    "patience": PATIENCE,
                    "seed": self.corpus.wishes.seed,
                }
            ),
        )

    def _corpus_file(self) -> CorpusFile:
        corpus, (first, *more) = self.corpus, map(os.fspath, self.corpus.paths)
        return CorpusFile(
            file=first,
            more_files=tuple(more),
            separator=corpus.separator,
            sha256=corpus.sha256,
            title=corpus.title,
            licence="unknown",
        )

    def _started_from(self) -> Start | None:
        corpus = self.corpus
        if not corpus.start or not corpus.wishes.start:
            return None
        return Start(
            checkpoint=os.fspath(corpus.wishes.start.absolute()),
            language=corpus.language if corpus.language in corpus.start.languages else None,
            weights_sha256=corpus.start.weights_sha256,
        )

    def _finish(self, epochs: float) -> Finish:
        rate = FINISH_RATE * self.rate
        return Finish(
            part="all",
            epochs=float(f"{FINISH_EPOCHS * epochs:.4g}"),
            recurrent_learning_rate=float(f"{rate:.4g}"),
            learning_rate=float(f"{LEARNING_RATE_SHARE * rate:.4g}"),
        )


def candidate_plans(corpus: CorpusStats, precision: str) -> list[TrainingPlan]:
    """Return a plan for each size that suits the text, largest first; raises BadRecipe for a single character."""
    if corpus.alphabet_size < 2:
        raise BadRecipe(corpus.path, "repeats a single character; there is nothing to learn")
    if corpus.start:
        return [TrainingPlan(corpus, corpus.start.architecture, precision)]
    sizes = (corpus.wishes.hidden_size,) if corpus.wishes.hidden_size else SIZES
    all_sizes = [TrainingPlan(corpus, _architecture(size, corpus.wishes), precision) for size in reversed(sizes)]
    fitting = [plan for plan in all_sizes if plan.parameters <= MAX_PARAMETERS_PER_CHARACTER * corpus.characters]
    return fitting or all_sizes[-1:]


def _architecture(size: int, wishes: Wishes) -> Architecture:
    shape = {
        "cell": wishes.cell or "lstm",
        "layers": wishes.layers or LAYERS,
        "hidden_size": size,
        "embedding_size": min(MAX_EMBEDDING_SIZE, size),
        "encoder": wishes.layout == "pairs",
    }
    return Architecture.model_validate(shape)
