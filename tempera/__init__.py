"""Tempera: a Discord bot that writes with character-level recurrent neural networks."""

from pathlib import Path

__version__ = "0.1.0"

CHECKOUT = Path(__file__).parent.parent
if (CHECKOUT / "pyproject.toml").is_file():
    # Its folders are the package's, installed or not; an installed wheel has them in here.
    __path__.append(str(CHECKOUT))
