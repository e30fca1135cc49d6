"""Pictures of training, drawn off-screen."""

from pathlib import Path


def draw_losses(losses: list[dict[str, float]], title: str, path: Path, unit: str) -> None:
    """Draw training and tune loss over passes as a PNG; without the `plots` extra nothing is drawn."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    axes = figure.subplots()
    passes = [row["pass"] for row in losses]
    axes.plot(passes, [row["train"] for row in losses], marker=".", label="train (dropout on)")
    axes.plot(passes, [row["tune"] for row in losses], marker=".", label="tune: last 5 % of the training part")
    axes.set(title=title, xlabel="passes over the text", ylabel=f"nats per {unit}")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path)
