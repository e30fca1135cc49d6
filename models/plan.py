"""Choices for a text that comes without a recipe: how large a network, how many passes, how strict.

The rules sum up the recipes that come with Tempera: a million characters keep a network of 2 x 512 busy for an hour.
"""

from dataclasses import dataclass
from math import log2, prod
from pathlib import Path

from models.card import Architecture
from models.errors import BadRecipe
from models.recipe import CorpusFile, DropoutRates, Optimisation, Recipe

SIZES = (64, 96, 128, 192, 256, 384, 512, 768, 1024)  # hidden units of each of the two layers
PARAMETERS_PER_CHARACTER = 8  # of text; a larger network has nothing to be filled with
READ_PER_PARAMETER = 3  # characters, repeats counted; a larger network would not get far in the time
STEPS_PER_PASS = 8  # at least, where the text has room for them
ENOUGH_PASSES, ENOUGH_STEPS = 60, 2000  # whichever is more
PATIENCE = 10
SAVE_SECONDS = 0.5  # resume file and live samples of one assessment
LAST_SCORINGS = 12  # what calibrating and scoring one stream cost at the end, in scorings during training
# passes: probabilities of dropout at the input, between layers, at the output, and of recurrent weights
DROPOUT = {0: (0.0, 0.05, 0.05, 0.0), 3: (0.02, 0.1, 0.1, 0.1), 8: (0.05, 0.3, 0.3, 0.2), 25: (0.1, 0.45, 0.45, 0.35)}


@dataclass(frozen=True)
class Source:
    """A text as far as choices depend on it, and what its voice is to be called."""

    path: Path
    name: str
    title: str
    language: str
    characters: int
    fit_characters: int
    alphabet_size: int


@dataclass(frozen=True)
class Pace:
    """Measured seconds of one step, and of scoring the whole tune part once."""

    step_seconds: float
    scoring_seconds: float


@dataclass(frozen=True)
class Plan:
    """A shape of network and batch for a text, not yet for how long."""

    source: Source
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
        return sum(map(prod, self.architecture.shapes(self.source.alphabet_size, 1).values()))

    @property
    def batch(self) -> tuple[int, int]:
        """Rows and window: as the recipes have them, less where the text is short."""
        characters = self.source.fit_characters
        window = 128 if characters >= 100_000 else 64
        rows = characters // (window * STEPS_PER_PASS)
        return min(64, max(4, 2 ** int(log2(max(1, rows))))), window

    @property
    def steps_per_pass(self) -> int:
        """How many steps one reading of the text takes."""
        rows, window = self.batch
        return self.source.fit_characters // rows // window

    def passes(self, seconds: float, pace: Pace) -> float:
        """Return how often the text can be read in the time, assessments and the end included."""
        assessments = min(100.0, max(10.0, 2 * seconds / pace.step_seconds / self.steps_per_pass))
        scoring = (assessments + LAST_SCORINGS) * pace.scoring_seconds + assessments * SAVE_SECONDS
        return max(10.0, (seconds - scoring) / pace.step_seconds) / self.steps_per_pass

    @property
    def enough_passes(self) -> float:
        """After which a text is learned by heart."""
        return max(ENOUGH_PASSES, ENOUGH_STEPS / self.steps_per_pass)

    def fits(self, seconds: float, pace: Pace) -> bool:
        """Whether the network reads enough in the time to be worth its size."""
        return self.passes(seconds, pace) * self.source.fit_characters >= READ_PER_PARAMETER * self.parameters

    def recipe(self, passes: float) -> Recipe:
        """Return the plan as a recipe."""
        source, (rows, window) = self.source, self.batch
        rates = DROPOUT[max(least for least in DROPOUT if least <= passes)]
        return Recipe(
            name=source.name,
            title=source.title,
            description=f"Learned from {source.path.name}, {source.characters:,} characters."[:500],
            languages=(source.language,),
            licence="unknown",
            corpora=(CorpusFile(file=str(source.path.resolve()), title=source.title, licence="unknown"),),
            model=self.architecture,
            dropout=DropoutRates(input=rates[0], between=rates[1], output=rates[2], recurrent_weight=rates[3]),
            optimisation=Optimisation.model_validate(
                {
                    "passes": float(f"{passes:.4g}"),
                    "rows": rows,
                    "window": window,
                    "recurrent_learning_rate": 0.012,
                    "learning_rate": 0.004,
                    "betas": (0.9, 0.99),
                    "weight_decay": 0.02,
                    "warmup_share": 0.04,
                    "clip_norm": 0.5,
                    "state_reset_probability": 0.02,
                    "precision": self.precision,
                    "patience": PATIENCE,
                    "seed": 1,
                }
            ),
        )


def plans(source: Source, precision: str) -> list[Plan]:
    """Return a plan for each size that the text can fill, the largest first; raises BadRecipe for one character."""
    if source.alphabet_size < 2:
        raise BadRecipe(source.path, "repeats one character; there is nothing to learn")
    every = [Plan(source, size, precision) for size in reversed(SIZES)]
    filled = [plan for plan in every if plan.parameters <= PARAMETERS_PER_CHARACTER * source.characters]
    return filled or every[-1:]
