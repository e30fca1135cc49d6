"""Training plans for a text without a recipe: network size, batch size, epochs and dropout.

The rules generalize the recipes that come with Tempera: a million characters suit a 2 x 512 network for an hour.
"""

from dataclasses import dataclass
from math import log2, prod
from pathlib import Path

from tempera.models.errors import BadRecipe
from tempera.models.formats.card import Architecture
from tempera.models.training.recipe import CorpusFile, DropoutRates, Optimization, Recipe

SIZES = (64, 96, 128, 192, 256, 384, 512, 768, 1024)  # hidden units per layer
MAX_PARAMETERS_PER_CHARACTER = 8  # of text; a larger network would only overfit
MIN_CHARACTERS_READ_PER_PARAMETER = 3  # over all epochs; a larger network would be undertrained
MIN_STEPS_PER_EPOCH = 8  # if the text is long enough
MAX_EPOCHS, MIN_STEPS_AT_MAX_EPOCHS = 60, 2000  # whichever is more
PATIENCE = 10
SAVE_SECONDS = 0.5  # resume file and live samples per validation
FINAL_SCORINGS = 12  # cost of calibration and the final validation, in validations during training
# from so many epochs on: dropout at the input, between layers, at the output, and of recurrent weights
DROPOUT = {0: (0.0, 0.05, 0.05, 0.0), 3: (0.02, 0.1, 0.1, 0.1), 8: (0.05, 0.3, 0.3, 0.2), 25: (0.1, 0.45, 0.45, 0.35)}


@dataclass(frozen=True)
class CorpusStats:
    """What the choices depend on: the text, its size, and the model's name."""

    path: Path
    name: str
    title: str
    language: str
    characters: int
    train_characters: int
    alphabet_size: int


@dataclass(frozen=True)
class StepTiming:
    """Measured seconds per training step, and per validation."""

    step_seconds: float
    scoring_seconds: float


@dataclass(frozen=True)
class TrainingPlan:
    """Network and batch size for a text; the number of epochs is still open."""

    corpus: CorpusStats
    hidden_size: int
    precision: str

    @property
    def architecture(self) -> Architecture:
        """Two layers: a third one slows generation down and rarely helps."""
        return Architecture(
            cell="lstm", layers=2, hidden_size=self.hidden_size, embedding_size=min(128, self.hidden_size)
        )

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return sum(map(prod, self.architecture.shapes(self.corpus.alphabet_size, 1).values()))

    @property
    def batch(self) -> tuple[int, int]:
        """Batch size and sequence length: as in the recipes, smaller for short texts."""
        characters = self.corpus.train_characters
        window = 128 if characters >= 100_000 else 64
        rows = characters // (window * MIN_STEPS_PER_EPOCH)
        return min(64, max(4, 2 ** int(log2(max(1, rows))))), window

    @property
    def steps_per_epoch(self) -> int:
        """Number of steps per epoch."""
        rows, window = self.batch
        return self.corpus.train_characters // rows // window

    def epochs(self, seconds: float, timing: StepTiming) -> float:
        """Return how many epochs fit in the time, including validations and the final calibration."""
        validations = min(100.0, max(10.0, 2 * seconds / timing.step_seconds / self.steps_per_epoch))
        scoring = (validations + FINAL_SCORINGS) * timing.scoring_seconds + validations * SAVE_SECONDS
        return max(10.0, (seconds - scoring) / timing.step_seconds) / self.steps_per_epoch

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

    def recipe(self, epochs: float) -> Recipe:
        """Return the recipe for this many epochs."""
        corpus, (rows, window) = self.corpus, self.batch
        rates = DROPOUT[max(threshold for threshold in DROPOUT if threshold <= epochs)]
        return Recipe(
            name=corpus.name,
            title=corpus.title,
            description=f"Trained on {corpus.path.name}, {corpus.characters:,} characters."[:500],
            languages=(corpus.language,),
            licence="unknown",
            corpora=(CorpusFile(file=str(corpus.path.resolve()), title=corpus.title, licence="unknown"),),
            model=self.architecture,
            dropout=DropoutRates(input=rates[0], between=rates[1], output=rates[2], recurrent_weight=rates[3]),
            optimization=Optimization.model_validate(
                {
                    "epochs": float(f"{epochs:.4g}"),
                    "batch_size": rows,
                    "sequence_length": window,
                    "recurrent_learning_rate": 0.012,
                    "learning_rate": 0.004,
                    "betas": (0.9, 0.99),
                    "weight_decay": 0.02,
                    "warmup_fraction": 0.04,
                    "clip_norm": 0.5,
                    "state_reset_probability": 0.02,
                    "precision": self.precision,
                    "patience": PATIENCE,
                    "seed": 1,
                }
            ),
        )


def candidate_plans(corpus: CorpusStats, precision: str) -> list[TrainingPlan]:
    """Return a plan for each size that suits the text, largest first; raises BadRecipe for a single character."""
    if corpus.alphabet_size < 2:
        raise BadRecipe(corpus.path, "repeats a single character; there is nothing to learn")
    all_sizes = [TrainingPlan(corpus, size, precision) for size in reversed(SIZES)]
    fitting = [plan for plan in all_sizes if plan.parameters <= MAX_PARAMETERS_PER_CHARACTER * corpus.characters]
    return fitting or all_sizes[-1:]
