"""Metrics of generated texts over temperature, and hypotheses about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev

from tempera.models.evaluation.fluency import Fluency, default_temperature

# Temperature ranges; a hypothesis holds if the mean rises from each range to the next.
LOOPS_RISE = ((0.3, 0.5), (0.05, 0.2), (0.0, 0.0))
WORDS_RISE = ((0.0, 0.6), (0.7, 1.0), (1.1, 1.3), (1.5, 2.0))


@dataclass(frozen=True, slots=True)
class TextMetrics:
    """A generated text, its prompt and its metrics."""

    prompt: str
    text: str
    entropy: float  # mean of the sampling distributions, nats per character
    loop_fraction: float  # fraction of characters
    ends_in_loop: bool
    unseen_fraction: float | None  # fraction of words; None without a list of training words
    distinct_words: float  # per 1,000 words


@dataclass(frozen=True, slots=True)
class TemperaturePoint:
    """All texts at one temperature."""

    temperature: float
    texts: tuple[TextMetrics, ...]

    def values(self, metric: str) -> list[float]:
        """Return one metric of every text that has it."""
        values = (getattr(text, metric) for text in self.texts)
        return [value for value in values if value is not None]

    @property
    def fluency(self) -> Fluency | None:
        """The texts' fluency, None without a list of training words."""
        unseen = self.values("unseen_fraction")
        return Fluency(fmean(unseen), fmean(self.values("loop_fraction"))) if unseen else None


@dataclass(frozen=True, slots=True)
class NextTokenDistribution:
    """Probabilities of the token after `context` by temperature, most likely first."""

    context: str
    probabilities: dict[float, dict[str, float]]


@dataclass(frozen=True, slots=True)
class TemperatureSweep:
    """Texts of one model at many temperatures."""

    name: str
    title: str
    points: tuple[TemperaturePoint, ...]
    distribution: NextTokenDistribution
    unit: str = "character"  # or word

    @property
    def default_temperature(self) -> float | None:
        """The highest temperature up to 1 at which texts are fluent; None if there is none, or it isn't known."""
        return default_temperature({point.temperature: point.fluency for point in self.points if point.fluency})


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a text; `field` is its name in TextMetrics."""

    field: str
    title: str
    heading: str
    percent: bool = False

    def summary(self, point: TemperaturePoint) -> str:
        """Return mean and standard deviation over the texts at a temperature, like 12 ± 3 %."""
        values = point.values(self.field)
        if not values:
            return "-"
        mean, spread = fmean(values), pstdev(values)
        if self.percent:
            return f"{100 * mean:.1f} ± {100 * spread:.1f} %"
        return f"{mean:.2f} ± {spread:.2f}" if mean < 10 else f"{mean:.0f} ± {spread:.0f}"


METRICS = (
    Metric("entropy", "entropy, nats per character", "nats/char"),
    Metric("loop_fraction", "share of the text in loops", "in loops", percent=True),
    Metric("unseen_fraction", "words not in the training text", "unseen", percent=True),
    Metric("distinct_words", "distinct words per 1,000", "distinct/1,000"),
)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An expected effect of temperature, whether it was observed (None: not measured), and the figures."""

    text: str
    holds: bool | None
    figures: str

    def __str__(self) -> str:
        verdict = {True: "holds", False: "does not hold", None: "not measured"}[self.holds]
        return f"{self.text}: {verdict} ({self.figures})"


def check_hypotheses(points: Iterable[TemperaturePoint], unit: str = "character") -> list[Hypothesis]:
    """Check the expected effects of temperature against the means over ranges of temperatures.

    A word-level model can't spell new words at any temperature; it is expected to use more distinct words instead.
    """
    points = list(points)
    greedy = [text for point in points if point.temperature == 0 for text in point.texts]
    looping = sum(text.ends_in_loop for text in greedy)
    return [
        _rises("Loops increase as T falls below 0.5", points, "loop_fraction", LOOPS_RISE),
        _rises("Words not in the training text increase with T", points, "unseen_fraction", WORDS_RISE)
        if unit == "character"
        else _rises("Distinct words per 1,000 increase with T", points, "distinct_words", WORDS_RISE),
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
        return Hypothesis(text, None, "no list of training words")
    means = [fmean(values) for values in values]
    shown = [f"{100 * mean:.1f} %" if field.endswith("fraction") else f"{mean:.0f}" for mean in means]
    names = [f"T {low:g} to {high:g}" if low < high else f"T {low:g}" for low, high in ranges]
    figures = ", ".join(f"{figure} at {name}" for name, figure in zip(names, shown, strict=True))
    return Hypothesis(text, all(before < after for before, after in pairwise(means)), figures)
