"""What is chosen for a text without a recipe, on machines of given speed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tempera.models.auto_recipe.corpus_stats import CorpusStats
from tempera.models.auto_recipe.recipe_yaml import as_yaml
from tempera.models.auto_recipe.selection import AutoRecipe, choose_recipe, quality_warning
from tempera.models.auto_recipe.sizing import FINAL_SCORINGS, RATES, StepTiming, candidate_plans
from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.errors import BadRecipe
from tempera.models.formats.checkpoint_files import GATES
from tempera.models.training.recipe import Recipe, read_recipe

MINUTE = 60.0


def source(characters: int, alphabet_size: int = 80, name: str = "diary", title: str = "Diary") -> CorpusStats:
    return CorpusStats(
        paths=(Path("diary.txt"),),
        sha256="0" * 64,
        name=name,
        title=title,
        language="und",
        characters=characters,
        train_characters=int(0.85 * characters),
        train_records=0,
        alphabet_size=alphabet_size,
    )


class Machine:
    """Computes a given number of parameters times characters a second; remembers what it was asked to measure."""

    def __init__(self, speed: float = 3.5e10, bf16: float = 2.0, worker: float = 1.0) -> None:
        self.speed, self.bf16, self.worker = speed, bf16, worker
        self.measured: list[int] = []
        self.precisions: set[str] = set()

    def measure(self, recipe: Recipe, workers: int) -> StepTiming:
        config, shape = recipe.optimization, recipe.model
        self.measured.append(shape.hidden_size)
        self.precisions.add(config.precision)
        work = 16 * shape.hidden_size**2 * config.batch_size * config.sequence_length
        speed = self.speed * (self.bf16 if config.precision == "bf16" else 1) * (self.worker if workers > 1 else 1)
        return StepTiming(step_seconds=work / speed, scoring_seconds=1.0)


def chosen(text: CorpusStats, minutes: float = 20, machine: Machine | None = None, cores: int = 1) -> AutoRecipe:
    return choose_recipe(text, (machine or Machine()).measure, lambda: minutes * MINUTE, cores)


def test_a_million_characters_and_twenty_minutes_give_the_network_of_the_recipes() -> None:
    recipe = chosen(source(1_115_394)).recipe
    assert recipe.model.hidden_size == 512
    assert (recipe.optimization.batch_size, recipe.optimization.sequence_length) == (64, 128)
    assert recipe.optimization.precision == "bf16"
    assert 10 < recipe.optimization.epochs < 30


@pytest.mark.parametrize("characters", [1000, 2000, 20_000, 100_000, 1_000_000, 10_000_000, 100_000_000])
@pytest.mark.parametrize("minutes", [0.1, 1, 20, 600])
def test_the_minutes_are_kept_and_no_text_is_learned_by_heart(characters: int, minutes: float) -> None:
    machine = Machine()
    text = source(characters)
    recipe = chosen(text, minutes, machine).recipe
    config = recipe.optimization
    steps_per_epoch = text.train_characters // config.batch_size // config.sequence_length
    assert steps_per_epoch >= 3
    steps = config.epochs * steps_per_epoch
    assert config.epochs <= 60 or steps <= 2001
    timing = machine.measure(recipe, 1)
    assessments = min(100, max(10, 2 * config.epochs))
    (plan,) = (plan for plan in candidate_plans(text, config.precision) if plan.architecture == recipe.model)
    ending = (assessments + FINAL_SCORINGS) * timing.scoring_seconds + assessments * plan.save_seconds
    needed = steps * timing.step_seconds + ending
    assert needed <= 1.001 * max(minutes * MINUTE, 10 * timing.step_seconds + ending)
    if minutes >= 20 and config.epochs < 60 and steps < 2000:
        assert needed >= 0.9 * minutes * MINUTE


def test_a_longer_text_gets_a_larger_network_less_often_read_and_less_silenced() -> None:
    short, long = (chosen(source(characters)).recipe for characters in (20_000, 10_000_000))
    assert short.model.hidden_size < long.model.hidden_size
    assert short.optimization.epochs > long.optimization.epochs
    assert short.dropout.between > long.dropout.between


def test_a_faster_machine_takes_a_larger_network() -> None:
    slow, fast = (chosen(source(10**8), machine=Machine(speed)).recipe for speed in (1e9, 1e13))
    assert slow.model.hidden_size < 256
    assert fast.model.hidden_size == 1024


def test_networks_that_are_hopelessly_slow_are_not_measured() -> None:
    machine = Machine(1e10)
    chosen(source(10**8), machine=machine)
    assert max(machine.measured) < 1024


def test_precision_and_workers_follow_what_was_measured() -> None:
    plain = chosen(source(10**6), machine=Machine(bf16=0.3, worker=1.1), cores=2)
    assert (plain.recipe.optimization.precision, plain.workers) == ("fp32", 1)
    assert plain.reasons["precision"] == "3.3 times as fast as bf16 on this machine"
    double = chosen(source(10**6), machine=Machine(worker=1.8), cores=3)
    assert double.workers == 2
    assert double.recipe.optimization.epochs > 1.5 * chosen(source(10**6)).recipe.optimization.epochs


def test_the_only_precision_is_taken_for_its_reason_and_no_other_is_timed() -> None:
    machine = Machine()
    only = choose_recipe(source(10**6), machine.measure, lambda: 20 * MINUTE, 1, ("fp32", "no bf16 here"))
    assert (only.recipe.optimization.precision, only.reasons["precision"]) == ("fp32", "no bf16 here")
    assert machine.precisions == {"fp32"}


def test_workers_are_no_more_than_the_rows_can_feed() -> None:
    assert chosen(source(10**6), machine=Machine(worker=2), cores=64).workers == 4
    assert chosen(source(2000), machine=Machine(worker=2), cores=64).workers == 1


def test_one_repeated_character_is_refused() -> None:
    with pytest.raises(BadRecipe, match="repeats a single character"):
        chosen(source(5000, alphabet_size=1))


@pytest.mark.parametrize("title", ["Diary", 'a: "b" # c', "{x} - [y]", "日記 📓", "no", "1e3", "'", "\\n"])
def test_the_written_recipe_reads_back_the_same(title: str, tmp_path: Path) -> None:
    choice = chosen(source(10**6, name="1e3", title=title))
    path = tmp_path / "recipe.yaml"
    path.write_text(as_yaml(choice.recipe, choice.reasons), encoding="utf-8")
    assert read_recipe(path) == choice.recipe
    assert all(reason in path.read_text(encoding="utf-8") for key, reason in choice.reasons.items() if key != "workers")


def test_who_brings_little_text_hears_what_to_expect() -> None:
    assert "memorize" in quality_warning(2000)
    assert "little text" in quality_warning(100_000)
    assert not quality_warning(1_000_000)


def test_a_reason_is_true_where_the_alphabet_alone_is_too_large() -> None:
    choice = chosen(source(19_475, alphabet_size=9000))
    reason = choice.reasons["model"]
    assert "at most 8 per character" not in reason
    assert re.search(
        r"^1,2\d\d,\d{3} parameters: the smallest network, 1,1\d\d,\d{3} of them for the 9,000 different", reason
    )
    assert "at most 8 per character" in chosen(source(10**6)).reasons["model"]


def test_every_cell_has_a_learning_rate() -> None:
    assert RATES.keys() == GATES.keys()


def test_a_size_that_was_asked_for_is_taken_however_large() -> None:
    wished = replace(source(10**6), wishes=Wishes(hidden_size=768))
    choice = chosen(wished)
    assert choice.recipe.model.hidden_size == 768
    assert choice.reasons["model"].endswith("as requested")
