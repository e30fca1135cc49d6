"""From a text, a machine and some minutes to a recipe, with a reason for each choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from models.plan import PARAMETERS_PER_CHARACTER, Pace, Plan, Source, plans
from models.recipe import Precision, Recipe

Measure = Callable[[Recipe, int], Pace]  # of a recipe, with so many workers
PRECISIONS: tuple[Precision, ...] = ("bf16", "fp32")
REFERENCE_SIZE = 256
GROWTH = 0.6  # time per step grows at least with this power of the parameters: small networks leave a core idle
WORKER_ROWS = 16  # fewer for each would leave the arithmetic idle
WORKER_GAIN = 1.15  # a second process that brings less is not worth its memory
LITTLE, VERY_LITTLE = 200_000, 20_000  # characters


@dataclass(frozen=True)
class Choice:
    """A recipe, how many processes carry it out, and why: by what the reason is for."""

    recipe: Recipe
    workers: int
    reasons: dict[str, str]


def choose(
    source: Source,
    measure: Measure,
    left: Callable[[], float],
    cores: int,
    only: tuple[Precision, str] | None = None,
) -> Choice:
    """Choose within the seconds that are `left`, among all precisions or with the only one, which has its reason.

    Raises BadRecipe when the text repeats one character.
    """
    candidates, reference, known, precision = _in_the_faster_precision(source, measure, only)
    plan, pace = _largest(candidates, reference, known, measure, left)
    workers, gain = fastest_workers(plan.recipe(plan.enough_passes), pace, measure, cores)
    pace = Pace(pace.step_seconds / gain, pace.scoring_seconds)
    possible = plan.passes(left(), pace)
    recipe = plan.recipe(min(possible, plan.enough_passes))
    reasons = _reasons(plan, recipe) | {
        "precision": precision,
        "workers": f"{gain:.1f} times as fast as one" if workers > 1 else "more would not be faster here",
        "passes": _passes_reason(plan, recipe, possible, pace, left()),
    }
    return Choice(recipe, workers, reasons)


def _in_the_faster_precision(
    source: Source, measure: Measure, only: tuple[Precision, str] | None
) -> tuple[list[Plan], Plan, Pace, str]:
    """Return all plans in one precision, the one that was measured, its pace, and why that precision."""
    precisions = only[:1] if only else PRECISIONS
    candidates = [plans(source, precision) for precision in precisions]
    references = [next(plan for plan in all_ if plan.hidden_size <= REFERENCE_SIZE) for all_ in candidates]
    paces = [measure(plan.recipe(plan.enough_passes), 1) for plan in references]
    seconds = [pace.step_seconds for pace in paces]
    fastest = seconds.index(min(seconds))
    reason = only[1] if only else f"{max(seconds) / min(seconds):.1f} times as fast as {precisions[1 - fastest]} here"
    return candidates[fastest], references[fastest], paces[fastest], reason


def _largest(
    candidates: Sequence[Plan], reference: Plan, known: Pace, measure: Measure, left: Callable[[], float]
) -> tuple[Plan, Pace]:
    """Return the largest network that is worth its size in the time; those that can't be are not measured."""
    *larger, smallest = candidates
    for plan in larger:
        hope = Pace(known.step_seconds * (plan.parameters / reference.parameters) ** GROWTH, known.scoring_seconds)
        if plan == reference or plan.fits(left(), hope):
            pace = known if plan == reference else measure(plan.recipe(plan.enough_passes), 1)
            if plan.fits(left(), pace):
                return plan, pace
    return smallest, known if smallest == reference else measure(smallest.recipe(smallest.enough_passes), 1)


def fastest_workers(recipe: Recipe, alone: Pace, measure: Measure, cores: int) -> tuple[int, float]:
    """Return how many processes to use, and how many times as fast as one they are."""
    useful = min(cores, recipe.optimisation.rows // WORKER_ROWS)
    count = 2 ** int(log2(max(1, useful)))
    gain = alone.step_seconds / measure(recipe, count).step_seconds if count > 1 else 1.0
    return (count, gain) if gain >= WORKER_GAIN else (1, 1.0)


def _reasons(plan: Plan, recipe: Recipe) -> dict[str, str]:
    how = recipe.optimisation
    return {
        "model": f"{plan.parameters:,} parameters: at most {PARAMETERS_PER_CHARACTER} for each character of the text, "
        "and not more than can be taught in the time",
        "dropout": f"each part of the text is read {how.passes:,.3g} times; the more often, the more is silenced",
        "batch": f"{plan.steps_per_pass:,} steps for one reading of the text",
        "rates": "what the recipes that come with Tempera use, Muon's first",
        "patience": f"ends early when {how.patience} assessments in a row bring no better tune loss",
    }


def _passes_reason(plan: Plan, recipe: Recipe, possible: float, pace: Pace, seconds: float) -> str:
    how = recipe.optimisation
    if possible > plan.enough_passes:
        minutes = how.passes * plan.steps_per_pass * pace.step_seconds / 60
        return f"more would only learn the text by heart; about {max(1, round(minutes))} min"
    return f"what {seconds / 60:.1f} min allow at {how.rows * how.window / pace.step_seconds:,.0f} chars/s"


def expectation(characters: int) -> str:
    """Say what a voice can become with so much text; "" where there is enough."""
    if characters < VERY_LITTLE:
        return "This is very little text: expect letters and words of it, learned by heart rather than understood."
    if characters < LITTLE:
        return "This is little text: expect its words and rhythm, few sentences that hold together."
    return ""
