"""The curves of a comparison, drawn off-screen."""

from pathlib import Path

from models.compare_outcomes import Outcome


def draw_curves(outcomes: list[Outcome], path: Path) -> bool:
    """Draw training and tune losses over passes and over time as a PNG; False without the `plots` extra."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(10, 4.5), dpi=120, layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for number, outcome in enumerate(outcomes):
        for panel, unit in zip(axes, (1.0, outcome.seconds / outcome.passes / 60), strict=True):
            if not outcome.curve:
                panel.axhline(outcome.tune, color="0.4", linestyle=":", label=outcome.name)
                continue
            places = [unit * row["pass"] for row in outcome.curve]
            panel.plot(places, [row["tune"] for row in outcome.curve], f"C{number}", label=outcome.name)
            panel.plot(places, [row["train"] for row in outcome.curve], f"C{number}--", linewidth=0.9)
    # The first losses are so much higher that beside them all that follows would look alike.
    top = max((row["tune"] for outcome in outcomes for row in outcome.curve if row["pass"] >= 1), default=None)
    axes[0].set(xlabel="passes over the text", ylabel="nats per character")
    axes[0].set_ylim(top=top)
    axes[1].set(xlabel="minutes of one core")
    axes[0].set_title("solid: tune, dashed: training (dropout on)", fontsize="medium")
    for panel in axes:
        panel.grid(alpha=0.3)
    axes[1].legend()
    figure.savefig(path)
    return True
