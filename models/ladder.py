"""The ladder: what texts are like, one rung per temperature, and what that shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev

# Ranges of temperature over which claims take the mean, in the order in which it should rise.
LOOPS_RISE = ((0.3, 0.5), (0.05, 0.2), (0.0, 0.0))
WORDS_RISE = ((0.0, 0.6), (0.7, 1.0), (1.1, 1.3), (1.5, 2.0))


@dataclass(frozen=True, slots=True)
class TextMetrics:
    """One text: the prompt that it goes on from, and what was measured of it."""

    prompt: str
    text: str
    entropy: float  # nats per character, of the distributions drawn from
    loop_fraction: float  # of the characters
    ends_in_loop: bool
    unseen_fraction: float | None  # of the words; None where nobody knows which were seen
    distinct_words: float  # per 1,000 words


@dataclass(frozen=True, slots=True)
class TemperaturePoint:
    """The texts at one temperature."""

    temperature: float
    texts: tuple[TextMetrics, ...]

    def values(self, metric: str) -> list[float]:
        """Return one quantity of every text that has it."""
        values = (getattr(text, metric) for text in self.texts)
        return [value for value in values if value is not None]


@dataclass(frozen=True, slots=True)
class NextTokenDistribution:
    """What could come after `context`: by temperature the probability of each character, likeliest first."""

    context: str
    probabilities: dict[float, dict[str, float]]


@dataclass(frozen=True, slots=True)
class TemperatureSweep:
    """What temperature does to one model."""

    name: str
    title: str
    points: tuple[TemperaturePoint, ...]
    distribution: NextTokenDistribution
    unit: str = "character"  # or word


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured of each text; `field` is its name in a reading."""

    field: str
    title: str
    heading: str
    percent: bool = False

    def shown(self, point: TemperaturePoint) -> str:
        """Return mean and standard deviation over the texts of a rung, as 12 ± 3 %."""
        values = point.values(self.field)
        if not values:
            return "-"
        mean, spread = fmean(values), pstdev(values)
        if self.percent:
            return f"{100 * mean:.1f} ± {100 * spread:.1f} %"
        return f"{mean:.2f} ± {spread:.2f}" if mean < 10 else f"{mean:.0f} ± {spread:.0f}"


METRICS = (
    Metric("entropy", "entropy, nats per character", "nats/char"),
    Metric("loop_fraction", "share of the text in a loop", "in loops", percent=True),
    Metric("unseen_fraction", "words never seen in training", "unseen", percent=True),
    Metric("distinct_words", "distinct words per 1,000", "distinct/1,000"),
)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the dial should do, whether it does (None: not measured), and the figures."""

    text: str
    holds: bool | None
    figures: str

    def __str__(self) -> str:
        verdict = {True: "holds", False: "does not hold", None: "not measured"}[self.holds]
        return f"{self.text}: {verdict} ({self.figures})"


def check_hypotheses(points: Iterable[TemperaturePoint], unit: str = "character") -> list[Hypothesis]:
    """Judge what temperature should do; figures are means over all texts of a range of temperatures.

    A model of whole words can't spell new ones, whatever the heat: there it chooses more different ones.
    """
    points = list(points)
    greedy = [text for point in points if point.temperature == 0 for text in point.texts]
    looping = sum(text.ends_in_loop for text in greedy)
    return [
        _rises("Loops rise as T falls below 0.5", points, "loop_fraction", LOOPS_RISE),
        _rises("Words never seen in training rise with T", points, "unseen_fraction", WORDS_RISE)
        if unit == "character"
        else _rises("Distinct words per 1,000 rise with T", points, "distinct_words", WORDS_RISE),
        Hypothesis("T = 0 ends in a loop", looping == len(greedy), f"{looping} of {len(greedy)} texts"),
    ]


def _rises(
    text: str, points: list[TemperaturePoint], field: str, ranges: tuple[tuple[float, float], ...]
) -> Hypothesis:
    values = [
        [value for point in points if low <= point.temperature <= high for value in point.values(field)]
        for low, high in ranges
    ]
    if not all(values):
        return Hypothesis(text, None, "no list of the words seen in training")
    means = [fmean(values) for values in values]
    shown = [f"{100 * mean:.1f} %" if field.endswith("fraction") else f"{mean:.0f}" for mean in means]
    names = [f"T {low:g} to {high:g}" if low < high else f"T {low:g}" for low, high in ranges]
    figures = ", ".join(f"{figure} at {name}" for name, figure in zip(names, shown, strict=True))
    return Hypothesis(text, all(before < after for before, after in pairwise(means)), figures)
