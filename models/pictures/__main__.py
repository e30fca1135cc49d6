"""`python -m tempera.models.pictures`: draws what standard input describes as JSON, as PNG on standard output."""

import json
import sys
from collections.abc import Callable, Mapping

from PIL.Image import Image

from tempera.models.pictures.odds import draw_odds
from tempera.models.pictures.surprise import draw_surprise

DRAWERS: Mapping[str, Callable[..., Image]] = {"odds": draw_odds, "surprise": draw_surprise}


def main() -> None:
    """Draw one picture."""
    content = json.load(sys.stdin)
    image = DRAWERS[content.pop("kind")](**content)
    image.save(sys.stdout.buffer, "PNG", optimize=True)


if __name__ == "__main__":
    main()
