"""Choose a recipe for a text, a machine and a time limit, with a reason for each choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from tempera.models.auto_recipe.corpus_stats import CorpusStats
from tempera.models.auto_recipe.sizing import (
    MAX_PARAMETERS_PER_CHARACTER,
    StepTiming,
    TrainingPlan,
    candidate_plans,
)
from tempera.models.training.recipe import PRECISIONS, Precision, Recipe

Measure = Callable[[Recipe, int], StepTiming]  # (recipe, workers) -> timing
REFERENCE_SIZE = 256
GROWTH = 0.6  # step time grows at least with this power of the parameters: small networks don't saturate a core
WORKER_ROWS = 16  # per worker; fewer would not saturate a core
WORKER_GAIN = 1.15  # a smaller speedup is not worth the memory of more processes
REQUESTED = "as requested"
SHORT_TEXT, VERY_SHORT_TEXT = 200_000, 20_000  # characters


@dataclass(frozen=True)
class AutoRecipe:
    """A recipe, the number of processes to train with, and a reason for each choice."""

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
    """Choose what fits in the remaining seconds; `fixed` is a precision that is given, with the reason for it.

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
        "workers": f"{gain:.1f}x as fast as one" if workers > 1 else "more would not be faster on this machine",
        "epochs": _epochs_reason(plan, recipe, affordable, timing, seconds_left()),
    }
    return AutoRecipe(recipe, workers, reasons)


def _pick_precision(
    corpus: CorpusStats, measure: Measure, fixed: tuple[Precision, str] | None
) -> tuple[list[TrainingPlan], TrainingPlan, StepTiming, str]:
    """Return the plans in the faster precision, the one that was timed, its timing, and the reason."""
    precisions = fixed[:1] if fixed else PRECISIONS
    candidates = [candidate_plans(corpus, precision) for precision in precisions]
    references = [_reference(all_) for all_ in candidates]
    timings = [measure(plan.recipe(plan.max_epochs), 1) for plan in references]
    seconds = [timing.step_seconds for timing in timings]
    fastest = seconds.index(min(seconds))
    reason = (
        fixed[1]
        if fixed
        else f"{max(seconds) / min(seconds):.1f} times as fast as {precisions[1 - fastest]} on this machine"
    )
    return candidates[fastest], references[fastest], timings[fastest], reason


def _reference(candidates: Sequence[TrainingPlan]) -> TrainingPlan:
    """Return the largest plan that is quickly timed, or the smallest there is."""
    quick = (plan for plan in candidates if plan.architecture.hidden_size <= REFERENCE_SIZE)
    return next(quick, candidates[-1])


def _largest_that_fits(
    candidates: Sequence[TrainingPlan],
    reference: TrainingPlan,
    reference_timing: StepTiming,
    measure: Measure,
    seconds_left: Callable[[], float],
) -> tuple[TrainingPlan, StepTiming]:
    """Return the largest worthwhile network and its timing; clearly too slow ones are not timed."""
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
    """Return the number of processes to use and their speedup over one."""
    useful = min(cores, recipe.optimization.batch_size // WORKER_ROWS)
    count = 2 ** int(log2(max(1, useful)))
    gain = alone.step_seconds / measure(recipe, count).step_seconds if count > 1 else 1.0
    return (count, gain) if gain >= WORKER_GAIN else (1, 1.0)


def _reasons(plan: TrainingPlan, recipe: Recipe) -> dict[str, str]:
    config = recipe.optimization
    wishes = plan.corpus.wishes
    by_epochs = f"increases with the number of epochs, here {config.epochs:,.3g}"
    own = "exact outputs need every unit" if recipe.layout == "pairs" else by_epochs
    return {
        "model": f"{plan.parameters:,} parameters: {_size_reason(plan)}",
        "dropout": own if wishes.dropout is None else REQUESTED,
        "batch": f"{plan.steps_per_epoch:,} steps per epoch",
        "rates": _rates_reason(plan),
        "patience": f"stop early after {config.patience} validations without improvement",
    }


def _size_reason(plan: TrainingPlan) -> str:
    corpus = plan.corpus
    if corpus.start:
        return f"those of {corpus.start.name}, from which it starts"
    if corpus.wishes.hidden_size:
        return REQUESTED
    if plan.parameters > MAX_PARAMETERS_PER_CHARACTER * corpus.characters:
        alphabet = f"{plan.alphabet_parameters:,} of them for the {corpus.alphabet_size:,} different characters"
        return f"the smallest network, {alphabet}; {corpus.characters:,} characters of text are few for it"
    most = f"at most {MAX_PARAMETERS_PER_CHARACTER} per character of the text"
    return f"{most}, and no more than can be trained in the time"


def _rates_reason(plan: TrainingPlan) -> str:
    if plan.corpus.wishes.rate is not None:
        return f"{REQUESTED}; the second is AdamW's"
    if plan.corpus.start:
        return "Muon's and AdamW's, lower than from nothing, so that less is forgotten"
    return "Muon's and AdamW's, as in the recipes that come with Tempera"


def _epochs_reason(plan: TrainingPlan, recipe: Recipe, affordable: float, timing: StepTiming, seconds: float) -> str:
    config = recipe.optimization
    if affordable > plan.max_epochs:
        minutes = config.epochs * plan.steps_per_epoch * timing.step_seconds / 60
        return f"more would only memorize the text; about {max(1, round(minutes))} min"
    characters_per_second = plan.characters_per_step / timing.step_seconds
    return f"what fits in {seconds / 60:.1f} min at {characters_per_second:,.0f} chars/s"


def quality_warning(characters: int) -> str:
    """Return a warning about the quality to expect from so few characters; "" where there are enough."""
    if characters < VERY_SHORT_TEXT:
        return "This is very little text: the model will mostly memorize it."
    if characters < SHORT_TEXT:
        return "This is little text: expect its vocabulary and rhythm, but few coherent sentences."
    return ""
