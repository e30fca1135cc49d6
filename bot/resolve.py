"""From what the user said and what the admin set to one request; pure."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.settings import Settings
from models.engine.request import SampleRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one /generate; None is what the user left out."""

    prompt: str
    temperature: float | None = None
    model: str | None = None
    length: int | None = None
    seed: int | None = None
    top_k: int | None = None
    top_p: float | None = None


def resolve(options: Options, settings: Settings, drawn_seed: int) -> SampleRequest:
    """Return the request, its prompt as typed: an option wins over the default."""
    defaults: dict[str, Any] = {
        "temperature": settings.generation.default_temperature,
        "model": settings.models.default,
        "length": settings.generation.default_length,
        "seed": drawn_seed,
    }
    chosen = {name: value for name, value in asdict(options).items() if value is not None}
    return SampleRequest(**defaults | chosen)
