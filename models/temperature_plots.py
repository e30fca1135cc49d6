"""Pictures of what temperature does, drawn off-screen and legible on a phone."""

from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

from models.ladder import QUANTITIES, Quantity, Rung, Study

SIZE_INCHES = (6, 6)
DOTS_PER_INCH = 150
COLOUR = "#2a6f97"
CANDIDATES = 12
NAMES = {" ": "space", "\n": "new\nline"}
FIRST_CJK = "\u2e80"  # from here on matplotlib's own font draws boxes


def draw_ladder(study: Study, path: Path) -> None:
    """Draw each quantity over T, with one standard deviation over the texts to either side as a band."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    figure.suptitle(study.name)
    for axes, quantity in zip(figure.subplots(2, 2).flat, QUANTITIES, strict=True):
        axes.set_title(quantity.title, fontsize="medium")
        axes.set(xlabel="temperature", xlim=(0, 2))
        axes.grid(alpha=0.3)
        _draw_quantity(axes, quantity, [rung for rung in study.rungs if rung.values(quantity.field)])
    figure.savefig(path)


def _draw_quantity(axes: Any, quantity: Quantity, rungs: list[Rung]) -> None:
    """Draw one panel; axes are matplotlib's, which has no types."""
    if not rungs:
        axes.text(1, 0.5, "not measured", ha="center", va="center")
        return
    scale = 100 if quantity.percent else 1
    temperatures = [rung.temperature for rung in rungs]
    means = [scale * fmean(rung.values(quantity.field)) for rung in rungs]
    spreads = [scale * pstdev(rung.values(quantity.field)) for rung in rungs]
    bounds = zip(*((mean - spread, mean + spread) for mean, spread in zip(means, spreads, strict=True)), strict=True)
    axes.fill_between(temperatures, *bounds, color=COLOUR, alpha=0.25, linewidth=0)
    axes.plot(temperatures, means, color=COLOUR, marker=".")
    axes.set_ylim(0, 103 if quantity.percent else None)
    if quantity.percent:
        axes.yaxis.set_major_formatter("{x:.0f} %")


def draw_choice(study: Study, path: Path) -> None:
    """Draw the probabilities of the likeliest characters, a row of bars for each temperature."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    figure.suptitle(f"{study.name}: how likely each next {study.unit} is")
    probabilities_by_temperature = study.choice.probabilities
    rows = figure.subplots(len(probabilities_by_temperature), sharex=True, sharey=True)
    for axes, (temperature, probabilities) in zip(rows, probabilities_by_temperature.items(), strict=True):
        likeliest = list(probabilities.items())[:CANDIDATES]
        heights = [probability for _, probability in likeliest] + [sum(list(probabilities.values())[CANDIDATES:])]
        names = [_name(candidate) for candidate, _ in likeliest] + ["all\nothers"]
        axes.bar(range(len(heights)), heights, color=[COLOUR] * len(likeliest) + ["#b0b0b0"])
        axes.set_xticks(range(len(heights)), names)
        axes.set_ylim(0, 1)
        axes.set_ylabel(f"T = {temperature:g}")
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.grid(axis="y", alpha=0.3)
    figure.savefig(path)


def _name(candidate: str) -> str:
    if any(character >= FIRST_CJK for character in candidate):
        return " ".join(f"{ord(character):04X}" for character in candidate)
    return NAMES.get(candidate, candidate.strip() or repr(candidate))
