"""From a text, a machine and some minutes to a recipe, with a reason for each choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from models.plan import MAX_PARAMETERS_PER_CHARACTER, CorpusStats, StepTiming, TrainingPlan, candidate_plans
from models.recipe import Precision, Recipe

Measure = Callable[[Recipe, int], StepTiming]  # of a recipe, with so many workers
PRECISIONS: tuple[Precision, ...] = ("bf16", "fp32")
REFERENCE_SIZE = 256
GROWTH = 0.6  # time per step grows at least with this power of the parameters: small networks leave a core idle
WORKER_ROWS = 16  # fewer for each would leave the arithmetic idle
WORKER_GAIN = 1.15  # a second process that brings less is not worth its memory
SHORT_TEXT, VERY_SHORT_TEXT = 200_000, 20_000  # characters


@dataclass(frozen=True)
class AutoRecipe:
    """A recipe, how many processes carry it out, and why: by what the reason is for."""

    recipe: Recipe
    workers: int
    reasons: dict[str, str]


def choose_recipe(
    corpus: CorpusStats,
    measure: Measure,
    seconds_left: Callable[[], float],
    cores: int,
    fixed: tuple[Precision, str] | None = None,
) -> AutoRecipe:
    """Choose within the seconds that are `left`, among all precisions or with the only one, which has its reason.

    Raises BadRecipe when the text repeats one character.
    """
    candidates, reference, reference_timing, precision = _pick_precision(corpus, measure, fixed)
    plan, timing = _largest_that_fits(candidates, reference, reference_timing, measure, seconds_left)
    workers, gain = fastest_workers(plan.recipe(plan.max_epochs), timing, measure, cores)
    timing = StepTiming(timing.step_seconds / gain, timing.scoring_seconds)
    affordable = plan.epochs(seconds_left(), timing)
    recipe = plan.recipe(min(affordable, plan.max_epochs))
    reasons = _reasons(plan, recipe) | {
        "precision": precision,
        "workers": f"{gain:.1f} times as fast as one" if workers > 1 else "more would not be faster here",
        "epochs": _epochs_reason(plan, recipe, affordable, timing, seconds_left()),
    }
    return AutoRecipe(recipe, workers, reasons)


def _pick_precision(
    corpus: CorpusStats, measure: Measure, fixed: tuple[Precision, str] | None
) -> tuple[list[TrainingPlan], TrainingPlan, StepTiming, str]:
    """Return all plans in one precision, the one that was measured, its pace, and why that precision."""
    precisions = fixed[:1] if fixed else PRECISIONS
    candidates = [candidate_plans(corpus, precision) for precision in precisions]
    references = [next(plan for plan in all_ if plan.hidden_size <= REFERENCE_SIZE) for all_ in candidates]
    timings = [measure(plan.recipe(plan.max_epochs), 1) for plan in references]
    seconds = [timing.step_seconds for timing in timings]
    fastest = seconds.index(min(seconds))
    reason = fixed[1] if fixed else f"{max(seconds) / min(seconds):.1f} times as fast as {precisions[1 - fastest]} here"
    return candidates[fastest], references[fastest], timings[fastest], reason


def _largest_that_fits(
    candidates: Sequence[TrainingPlan],
    reference: TrainingPlan,
    reference_timing: StepTiming,
    measure: Measure,
    seconds_left: Callable[[], float],
) -> tuple[TrainingPlan, StepTiming]:
    """Return the largest network that is worth its size in the time; those that can't be are not measured."""
    *larger, smallest = candidates
    for plan in larger:
        estimate = StepTiming(
            reference_timing.step_seconds * (plan.parameters / reference.parameters) ** GROWTH,
            reference_timing.scoring_seconds,
        )
        if plan == reference or plan.is_worthwhile(seconds_left(), estimate):
            timing = reference_timing if plan == reference else measure(plan.recipe(plan.max_epochs), 1)
            if plan.is_worthwhile(seconds_left(), timing):
                return plan, timing
    return smallest, reference_timing if smallest == reference else measure(smallest.recipe(smallest.max_epochs), 1)


def fastest_workers(recipe: Recipe, alone: StepTiming, measure: Measure, cores: int) -> tuple[int, float]:
    """Return how many processes to use, and how many times as fast as one they are."""
    useful = min(cores, recipe.optimization.batch_size // WORKER_ROWS)
    count = 2 ** int(log2(max(1, useful)))
    gain = alone.step_seconds / measure(recipe, count).step_seconds if count > 1 else 1.0
    return (count, gain) if gain >= WORKER_GAIN else (1, 1.0)


def _reasons(plan: TrainingPlan, recipe: Recipe) -> dict[str, str]:
    config = recipe.optimization
    return {
        "model": f"{plan.parameters:,} parameters: at most {MAX_PARAMETERS_PER_CHARACTER} per character of the text, "
        "and no more than can be trained in the time",
        "dropout": f"each part of the text is read {config.epochs:,.3g} times; the more often, the more is silenced",
        "batch": f"{plan.steps_per_epoch:,} steps for one reading of the text",
        "rates": "what the recipes that come with Tempera use, Muon's first",
        "patience": f"ends early when {config.patience} assessments in a row bring no better validation loss",
    }


def _epochs_reason(plan: TrainingPlan, recipe: Recipe, affordable: float, timing: StepTiming, seconds: float) -> str:
    config = recipe.optimization
    if affordable > plan.max_epochs:
        minutes = config.epochs * plan.steps_per_epoch * timing.step_seconds / 60
        return f"more would only learn the text by heart; about {max(1, round(minutes))} min"
    characters_per_second = config.batch_size * config.sequence_length / timing.step_seconds
    return f"what fits in {seconds / 60:.1f} min at {characters_per_second:,.0f} chars/s"


def quality_warning(characters: int) -> str:
    """Say what a voice can become with so much text; "" where there is enough."""
    if characters < VERY_SHORT_TEXT:
        return "This is very little text: expect letters and words of it, learned by heart rather than understood."
    if characters < SHORT_TEXT:
        return "This is little text: expect its words and rhythm, few sentences that hold together."
    return ""
