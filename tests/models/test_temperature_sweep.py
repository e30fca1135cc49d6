"""What the ladder claims, shows and lets through."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tempera.models.library import Library
from tempera.models.temperature_study.measure import SWEEP_TEMPERATURES
from tempera.models.temperature_study.sweep_page import MARK, report, section, write_page
from tempera.models.temperature_study.temperature_sweep import (
    NextTokenDistribution,
    TemperaturePoint,
    TemperatureSweep,
    TextMetrics,
    check_hypotheses,
)

ROOT = Path(__file__).parents[2]
RISING = {temperature: temperature / 4 for temperature in SWEEP_TEMPERATURES}


def ladder(
    loop_shares: dict[float, float], unseen_shares: dict[float, float], *, ends_in_loop: bool
) -> list[TemperaturePoint]:
    def metrics(temperature: float) -> TextMetrics:
        return TextMetrics(
            prompt="\n",
            text="text",
            entropy=temperature,
            loop_fraction=loop_shares.get(temperature, 0.0),
            ends_in_loop=ends_in_loop,
            unseen_fraction=unseen_shares.get(temperature, 0.0),
            distinct_words=500.0,
        )

    return [TemperaturePoint(temperature, (metrics(temperature),)) for temperature in SWEEP_TEMPERATURES]


@pytest.mark.parametrize(
    ("loop_shares", "unseen_shares", "ends_in_loop", "holds"),
    [
        ({0.0: 0.9, 0.05: 0.1}, RISING, True, [True, True, True]),
        ({0.0: 0.9}, RISING, True, [False, True, True]),
        ({0.0: 0.1, 0.05: 0.9}, RISING, True, [False, True, True]),
        ({0.0: 0.9, 0.2: 0.1, 0.5: 0.9}, RISING, True, [False, True, True]),
        ({0.0: 0.9, 0.05: 0.1}, {**RISING, 1.0: 0.9}, True, [True, False, True]),
        ({0.0: 0.9, 0.05: 0.1}, {}, False, [True, False, False]),
    ],
)
def test_a_claim_holds_only_where_the_figures_say_so(
    loop_shares: dict[float, float], unseen_shares: dict[float, float], ends_in_loop: bool, holds: list[bool]
) -> None:
    judged = check_hypotheses(ladder(loop_shares, unseen_shares, ends_in_loop=ends_in_loop))
    assert [hypothesis.holds for hypothesis in judged] == holds


@pytest.mark.parametrize(("step", "holds"), [(300, True), (0, False)])
def test_a_model_of_words_is_judged_by_its_distinct_words(step: int, holds: bool) -> None:
    points = [
        TemperaturePoint(one.temperature, (replace(one.texts[0], distinct_words=100 + step * one.temperature),))
        for one in ladder({}, RISING, ends_in_loop=True)
    ]
    study = TemperatureSweep("wordy", "Wordy", tuple(points), NextTokenDistribution("a", {}), unit="word")
    (judged,) = (hypothesis for hypothesis in check_hypotheses(study.points, study.unit) if "words" in hypothesis.text)
    assert judged.holds == holds
    assert judged.figures.endswith(f", {100 + step * 1.75:.0f} at T 1.5 to 2")
    assert str(judged) in report(study)
    assert f"- {judged}\n" in section(study, "")


HOSTILE = "```\n</details>\n# Heading\n\x1b[31m<script>\n- [x](http://x)"


def test_nothing_a_model_writes_acts_in_the_page() -> None:
    points = tuple(
        replace(one, texts=tuple(replace(metrics, text=HOSTILE, prompt=HOSTILE) for metrics in one.texts))
        for one in ladder({}, {}, ends_in_loop=False)
    )
    shown = section(TemperatureSweep("x", "X", points, NextTokenDistribution(HOSTILE, {})), "")
    hostile = [line for line in shown.splitlines() if re.search("```|# Heading|script|http", line)]
    assert len(hostile) == 4 * (len(SWEEP_TEMPERATURES) + 2)
    assert all(line.startswith("    ") for line in hostile)
    assert "\x1b" not in shown + report(TemperatureSweep("x", "X", points, NextTokenDistribution(HOSTILE, {})))


def test_a_page_keeps_what_stands_above_its_mark(tmp_path: Path) -> None:
    tiny = TemperatureSweep("tiny", "Tiny", tuple(ladder({}, {}, ends_in_loop=False)), NextTokenDistribution("a", {}))
    page = tmp_path / "page.md"
    page.write_text(f"# Mine\n\n{MARK}\nstale\n")
    for _ in range(2):
        write_page([tiny], page, tmp_path / "pictures")
        assert page.read_text().startswith(f"# Mine\n\n{MARK}\n\n## Tiny\n")
        assert page.read_text().count("## Tiny") == 1
        assert "stale" not in page.read_text()
        assert "](pictures/tiny.png)" in page.read_text()


def test_the_page_shows_every_model_of_the_house() -> None:
    page = ROOT / "docs" / "temperature.md"
    pictures = set(re.findall(r"\]\((temperature/[^)]+\.png)\)", page.read_text(encoding="utf-8")))
    names = Library(ROOT / "models" / "checkpoints").names()
    assert {f"temperature/{name}.png" for name in names} <= pictures
    assert all((page.parent / picture).exists() for picture in pictures)
