"""Choices for a text that comes without a recipe: how large a network, how many epochs, how strict.

The rules sum up the recipes that come with Tempera: a million characters keep a network of 2 x 512 busy for an hour.
"""

from dataclasses import dataclass
from math import log2, prod
from pathlib import Path

from models.card import Architecture
from models.errors import BadRecipe
from models.recipe import CorpusFile, DropoutRates, Optimization, Recipe

SIZES = (64, 96, 128, 192, 256, 384, 512, 768, 1024)  # hidden units of each of the two layers
MAX_PARAMETERS_PER_CHARACTER = 8  # of text; a larger network has nothing to be filled with
MIN_CHARACTERS_READ_PER_PARAMETER = 3  # characters, repeats counted; a larger network would not get far in the time
MIN_STEPS_PER_EPOCH = 8  # at least, where the text has room for them
MAX_EPOCHS, MIN_STEPS_AT_MAX_EPOCHS = 60, 2000  # whichever is more
PATIENCE = 10
SAVE_SECONDS = 0.5  # resume file and live samples of one assessment
FINAL_SCORINGS = 12  # what calibrating and scoring one stream cost at the end, in scorings during training
# epochs: probabilities of dropout at the input, between layers, at the output, and of recurrent weights
DROPOUT = {0: (0.0, 0.05, 0.05, 0.0), 3: (0.02, 0.1, 0.1, 0.1), 8: (0.05, 0.3, 0.3, 0.2), 25: (0.1, 0.45, 0.45, 0.35)}


@dataclass(frozen=True)
class CorpusStats:
    """A text as far as choices depend on it, and what its voice is to be called."""

    path: Path
    name: str
    title: str
    language: str
    characters: int
    train_characters: int
    alphabet_size: int


@dataclass(frozen=True)
class StepTiming:
    """Measured seconds of one step, and of scoring the whole validation part once."""

    step_seconds: float
    scoring_seconds: float


@dataclass(frozen=True)
class TrainingPlan:
    """A shape of network and batch for a text, not yet for how long."""

    corpus: CorpusStats
    hidden_size: int
    precision: str

    @property
    def architecture(self) -> Architecture:
        """Two layers: a third slows every character down and rarely pays."""
        return Architecture(
            cell="lstm", layers=2, hidden_size=self.hidden_size, embedding_size=min(128, self.hidden_size)
        )

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return sum(map(prod, self.architecture.shapes(self.corpus.alphabet_size, 1).values()))

    @property
    def batch(self) -> tuple[int, int]:
        """Rows and window: as the recipes have them, less where the text is short."""
        characters = self.corpus.train_characters
        window = 128 if characters >= 100_000 else 64
        rows = characters // (window * MIN_STEPS_PER_EPOCH)
        return min(64, max(4, 2 ** int(log2(max(1, rows))))), window

    @property
    def steps_per_epoch(self) -> int:
        """How many steps one reading of the text takes."""
        rows, window = self.batch
        return self.corpus.train_characters // rows // window

    def epochs(self, seconds: float, timing: StepTiming) -> float:
        """Return how often the text can be read in the time, assessments and the end included."""
        validations = min(100.0, max(10.0, 2 * seconds / timing.step_seconds / self.steps_per_epoch))
        scoring = (validations + FINAL_SCORINGS) * timing.scoring_seconds + validations * SAVE_SECONDS
        return max(10.0, (seconds - scoring) / timing.step_seconds) / self.steps_per_epoch

    @property
    def max_epochs(self) -> float:
        """After which a text is learned by heart."""
        return max(MAX_EPOCHS, MIN_STEPS_AT_MAX_EPOCHS / self.steps_per_epoch)

    def is_worthwhile(self, seconds: float, timing: StepTiming) -> bool:
        """Whether the network reads enough in the time to be worth its size."""
        return (
            self.epochs(seconds, timing) * self.corpus.train_characters
            >= MIN_CHARACTERS_READ_PER_PARAMETER * self.parameters
        )

    def recipe(self, epochs: float) -> Recipe:
        """Return the plan as a recipe."""
        corpus, (rows, window) = self.corpus, self.batch
        rates = DROPOUT[max(threshold for threshold in DROPOUT if threshold <= epochs)]
        return Recipe(
            name=corpus.name,
            title=corpus.title,
            description=f"Learned from {corpus.path.name}, {corpus.characters:,} characters."[:500],
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
    """Return a plan for each size that the text can fill, the largest first; raises BadRecipe for one character."""
    if corpus.alphabet_size < 2:
        raise BadRecipe(corpus.path, "repeats one character; there is nothing to learn")
    all_sizes = [TrainingPlan(corpus, size, precision) for size in reversed(SIZES)]
    fitting = [plan for plan in all_sizes if plan.parameters <= MAX_PARAMETERS_PER_CHARACTER * corpus.characters]
    return fitting or all_sizes[-1:]
