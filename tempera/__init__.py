"""Tempera: a Discord bot that writes with character-level recurrent neural networks."""

__version__ = "0.1.0"
