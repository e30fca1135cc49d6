"""The bot under load: what is made of what happened, and one small turn of each part."""

import sys
from pathlib import Path

import pytest

from benchmarks.load import __main__ as load
from benchmarks.load import burst, cpu, servers, soak
from benchmarks.load.figures import growth, quantile
from benchmarks.load.presses import Outcome, Press, outcome_of
from benchmarks.processes import own_config
from benchmarks.rounds import Row, Target
from tempera.sandbox.state.components import ComponentType
from tempera.sandbox.state.interactions import CallbackType, Interaction, InteractionType
from tempera.sandbox.state.world import Timing, World

LATE = soak.SHOWN.format(Outcome.LATE)
TIMES = [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(("share", "figure"), [(0, 0.1), (0.5, 0.2), (0.51, 0.3), (0.99, 0.4), (1, 0.4)])
def test_a_quantile_is_one_of_the_figures(share: float, figure: float) -> None:
    assert quantile(TIMES[::-1], share) == figure


@pytest.mark.parametrize(
    ("samples", "percent"), [([100, 105, 90], 5), ([100, 90], 0), ([100], 0), ([0, 0], 0), ([0, 3], float("inf"))]
)
def test_growth_is_that_of_the_greatest_later_sample(samples: list[float], percent: float) -> None:
    assert growth(samples) == pytest.approx(percent)


def interaction(
    content: str, callback: CallbackType | None = CallbackType.REPLY, *, ephemeral: bool = False
) -> Interaction:
    world = World(None, Timing())
    new = world.new_interaction(InteractionType.COMMAND, {"name": "generate"}, world.alice, world.guild.channels[1])
    message = world.new_message(world.bot, new.channel, ephemeral=ephemeral)
    message.content, message.interaction = content, new
    if " · " in content:
        button = {"type": ComponentType.BUTTON, "label": "Delete", "custom_id": "delete:1", "style": 2}
        message.components = [{"type": ComponentType.ACTION_ROW, "components": [button]}]
    new.original, new.callback = message, callback
    return new


@pytest.mark.parametrize(
    ("content", "callback", "ephemeral", "outcome"),
    [
        ("**The** end\n-# shakespeare · T 0.8", CallbackType.DEFER, False, Outcome.TEXT),
        ("**The** end\n-# shakespeare · T 0.8", CallbackType.REPLY, True, Outcome.TEXT),
        ("**The**\n-# writing…", CallbackType.DEFER, False, None),
        ("", CallbackType.DEFER, False, None),
        ("Come back <t:1800000000:R>.", CallbackType.REPLY, True, Outcome.LATER),
        ("Something went wrong.", CallbackType.REPLY, True, Outcome.REFUSED),
        ("**The** end · T 0.8", None, False, None),
    ],
)
def test_what_an_answer_has_come_to(
    content: str, callback: CallbackType | None, ephemeral: bool, outcome: Outcome | None
) -> None:
    assert outcome_of(interaction(content, callback, ephemeral=ephemeral)) == outcome


def test_an_answer_that_is_late_or_deleted_is_a_failure() -> None:
    late, lost = interaction("", None), interaction("tiny · T 0.8")
    late.failed = True
    assert lost.original is not None
    lost.original.deleted = True
    assert (outcome_of(late), outcome_of(lost)) == (Outcome.LATE, Outcome.LOST)


def press(outcome: Outcome, acknowledged: float | None, seconds: float) -> Press:
    return Press(outcome, acknowledged, seconds, None)


def test_everybody_counts_and_latencies_of_texts_are_those_of_texts() -> None:
    pressed = [press(Outcome.TEXT, 0.1, 0.5)] * 98 + [press(Outcome.LATER, 0.3, 0.3), press(Outcome.LATE, None, 3)]
    found = burst.figures(pressed)
    assert (found[burst.TEXTS], found[burst.LATER], found[burst.FAILED]) == (98, 1, 1)
    assert (found[burst.P99], found[burst.MOST], found[burst.SHOWN]) == (0.3, float("inf"), 0.5)


def test_every_target_belongs_to_a_figure_and_can_be_missed() -> None:
    found = burst.figures([press(Outcome.LATE, None, 3)]) | {burst.ROWS: 1, burst.LIMITED: 1}
    missed = [row.label for row in burst.rows({what: [figure] for what, figure in found.items()}) if row.missed]
    assert missed == list(burst.TARGETS)


def test_a_soak_must_stay_flat_and_lose_nothing() -> None:
    flat = {"bot RSS, MiB": [100.0, 105.0], "WAL, MiB": [4.0, 4.0], LATE: [0.0]}
    assert not [row.label for row in soak.rows(flat) if row.missed]
    grown = {"bot RSS, MiB": [100.0, 106.0], "WAL, MiB": [4.0, 4.3], LATE: [1.0]}
    assert len([row.label for row in soak.rows(grown) if row.missed]) == 3


def test_a_row_without_target_misses_none() -> None:
    assert not Row("", [1.0]).missed
    assert Row("", [1.0, 3.0, 3.0], Target(2, at_most=True)).missed


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The shipped settings, with a database in a folder of its own."""
    return own_config(tmp_path)


@pytest.mark.slow
async def test_a_burst_is_followed_to_its_end(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "WITHIN_SECONDS", 0.1)
    found = await burst.measure(shipped, 5)
    assert (found[burst.TEXTS], found[burst.FAILED], found[burst.ROWS], found[burst.LIMITED]) == (5, 0, 0, 0)
    assert 0 < found[burst.MOST] <= found[burst.SHOWN]


@pytest.mark.slow
async def test_the_price_of_a_text_is_taken(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu, "WARM_UP", 1)
    found = await cpu.measure(shipped, 3)
    assert found[cpu.FAILED] == 0
    assert found[cpu.CPU] > 0
    assert 1 <= found[cpu.REST] <= 3
    assert found[cpu.HOPS] >= 1
    assert found[cpu.TURNS] > found[cpu.HOPS] / 2


@pytest.mark.slow
async def test_a_soak_takes_samples(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "STEP", 3)
    found = await soak.measure(shipped, 6)
    failures = [found.pop(soak.SHOWN.format(each)) for each in soak.NOT_SHOWN]
    assert failures == [[0]] * len(soak.NOT_SHOWN)
    assert {len(figures) for figures in found.values()} == {2}
    assert all(figures[0] > 0 for figures in found.values())


@pytest.mark.slow
async def test_servers_are_sent_before_memory_is_taken(shipped: Path) -> None:
    found = await servers.measure(shipped, 300)
    assert found[servers.EACH] > 1


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "code"), [(9.0, 1), (8.0, 0)])
def test_a_missed_target_is_the_exit_code(
    figure: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def measured(_: Path, texts: int) -> dict[str, float]:
        return {cpu.CPU: figure + 0 * texts}

    monkeypatch.setitem(load.PARTS, "cpu", load.PARTS["cpu"]._replace(measure=measured))
    monkeypatch.setattr(sys, "argv", ["load", "--parts", "cpu", "--rounds", "2", "--save", str(tmp_path)])
    assert load.main() == code
    assert ("MISSED" in capsys.readouterr().out) == bool(code)
    assert f'"cpu: {cpu.CPU}",2,{figure:g}' in (tmp_path / "load.csv").read_text(encoding="utf-8")


def test_an_unknown_part_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["load", "--parts", "cpu,gpu"])
    with pytest.raises(SystemExit):
        load.main()
    assert "no gpu; there are burst, cpu, soak, servers" in capsys.readouterr().err
