"""Plots as PNG files."""

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tempera.models.formats.checkpoint_files import write_atomically

if TYPE_CHECKING:  # an extra
    from matplotlib.figure import Figure


def write_figure(path: Path, figure: "Figure") -> None:
    """Replace a plot atomically; raises NotWritten."""
    picture = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):  # about fonts without the characters of a title
        figure.savefig(picture, format="png")
    write_atomically(path, picture.getvalue())
