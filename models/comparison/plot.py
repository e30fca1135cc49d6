"""Loss curves of a comparison."""

from pathlib import Path

from tempera.models.comparison.results import ModelResult
from tempera.models.formats.figure_file import write_figure


def draw_curves(results: list[ModelResult], path: Path) -> bool:
    """Draw training and validation losses over epochs and time as a PNG; False without the `plots` extra."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(10, 4.5), dpi=120, layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for number, result in enumerate(results):
        for panel, unit in zip(axes, (1.0, result.seconds / result.epochs / 60), strict=True):
            if not result.curve:
                panel.axhline(result.validation, color="0.4", linestyle=":", label=result.name)
                continue
            positions = [unit * point.epoch for point in result.curve]
            panel.plot(positions, [point.validation for point in result.curve], f"C{number}", label=result.name)
            panel.plot(positions, [point.train for point in result.curve], f"C{number}--", linewidth=0.9)
    # The losses of the first epoch are much higher and would flatten the rest.
    top = max((point.validation for result in results for point in result.curve if point.epoch >= 1), default=None)
    axes[0].set(xlabel="epochs", ylabel="nats per character")
    axes[0].set_ylim(top=top)
    axes[1].set(xlabel="minutes of one core")
    axes[0].set_title("solid: validation, dashed: training (dropout on)", fontsize="medium")
    for panel in axes:
        panel.grid(alpha=0.3)
    axes[1].legend()
    write_figure(path, figure)
    return True
