"""Training says when a network memorizes its text: held-out loss and copies rise together."""

from typing import Any

import pytest

from tempera.models.copying.memorization import Row, memorization_warning
from tempera.models.formats.card import read_card
from tempera.models.training.run_files import COLUMNS
from tempera.models.training.train import RunOptions
from tests.models.toys import RECIPE, toy_text, write_recipe
from tests.models.training import trained


def rows(*figures: tuple[float, float]) -> list[Row]:
    return [{"epoch": float(at), "validation": loss, "copied": share} for at, (loss, share) in enumerate(figures)]


def test_a_warning_names_what_has_risen() -> None:
    warning = memorization_warning(rows((1.5, 0.02), (1.2, 0.04), (1.3, 0.3), (1.4, 0.5)))
    assert warning is not None
    assert "Since epoch 1.00" in warning
    assert "from 1.2000 to 1.4000" in warning
    assert "from 4% to 50%" in warning
    assert "more dropout" in warning


@pytest.mark.parametrize(
    "figures",
    [
        [(1.5, 0.0), (1.4, 0.3), (1.3, 0.6), (1.2, 0.9)],  # copies rise, the loss falls
        [(1.2, 0.0), (1.3, 0.0), (1.4, 0.05), (1.5, 0.1)],  # the loss rises, copies don't
        [(1.2, 0.5), (1.3, 0.55), (1.4, 0.5), (1.5, 0.55)],  # as many copies as at its best
        [(1.2, 0.0), (1.21, 0.5), (1.21, 0.5)],  # hardly any rise
        [(1.2, 0.0), (1.3, 0.0), (1.4, 0.5)],  # once only
        [(1.2, 0.0)],
        [],
    ],
)
def test_what_is_no_memorizing_gives_no_warning(figures: list[tuple[float, float]]) -> None:
    assert memorization_warning(rows(*figures)) is None


def test_a_warning_comes_once() -> None:
    figures = [(1.2, 0.0), (1.3, 0.5), (1.4, 0.5), (1.5, 0.6), (1.6, 0.7)]
    warned = [end for end in range(len(figures) + 1) if memorization_warning(rows(*figures[:end]))]
    assert warned == [3]


def test_validations_without_samples_say_nothing() -> None:
    measured = rows((1.2, 0.0), (1.3, 0.5), (1.4, 0.5))
    assert memorization_warning([{"epoch": 0.0, "validation": 1.1}, *measured]) is not None
    assert memorization_warning([{"epoch": 0.0, "validation": 1.1}] * 4) is None


def run(folder: Any, words: int, epochs: int, dropout: float, capsys: pytest.CaptureFixture[str]) -> str:
    (folder / "toy.txt").write_text(toy_text(words))
    change: dict[str, Any] = {
        "model": {**RECIPE["model"], "hidden_size": 192},
        "dropout": dict.fromkeys(RECIPE["dropout"], dropout),
        "optimization": {**RECIPE["optimization"], "epochs": epochs},
    }
    trained(write_recipe(folder, RECIPE | change), options=RunOptions())
    return capsys.readouterr().out


@pytest.mark.slow
def test_a_large_network_without_dropout_on_a_short_text_is_warned_about(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(tmp_path, 500, 90, 0.0, capsys)
    assert said.count("Warning: the network is memorizing.") == 1
    head, *table = (tmp_path / "runs" / "toy" / "losses.csv").read_text().splitlines()
    assert tuple(head.split(",")) == COLUMNS
    assert float(table[-1].split(",")[COLUMNS.index("copied")]) > 0.1


@pytest.mark.slow
def test_a_healthy_run_has_no_warning_and_a_card_with_its_copies(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "memorizing" not in run(tmp_path, 5000, 2, 0.1, capsys)
    copied = read_card(tmp_path / "checkpoints" / "toy").copied
    assert [each.temperature for each in copied] == [0.5, 0.8, 1.0]
    assert all(each.texts == 10 and each.characters == 10_000 for each in copied)
