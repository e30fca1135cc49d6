"""Loss curves of a training run."""

from pathlib import Path

from tempera.models.formats.figure_file import write_figure


def draw_losses(losses: list[dict[str, float]], title: str, path: Path, unit: str) -> None:
    """Draw training and validation loss over epochs as a PNG; does nothing without the `plots` extra."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    axes = figure.subplots()
    epochs = [row["epoch"] for row in losses]
    axes.plot(epochs, [row["train"] for row in losses], marker=".", label="train (dropout on)")
    axes.plot(epochs, [row["validation"] for row in losses], marker=".", label="validation")
    axes.set(title=title, xlabel="epochs", ylabel=f"nats per {unit}")
    axes.grid(alpha=0.3)
    axes.legend()
    write_figure(path, figure)
