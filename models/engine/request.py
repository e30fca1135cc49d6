"""A request for one text, as passed from the bot to the engine and the decoder."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tempera.models.endings import longest
from tempera.models.errors import InvalidRequest
from tempera.models.sampling_params import SamplingParams


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """What to continue, and how; the same request gives the same text. Raises InvalidRequest."""

    model: str
    prompt: str  # "" = the beginning of a text; characters must be in the vocabulary, words needn't
    params: SamplingParams
    language: int | None = None  # index of the initial state in which the text starts; None = detect it
    likely_language: int = 0  # favored by detection
    first_draw: int = 0  # characters at the prompt's end that this seed generated, with the previous draws
    written: int = 0  # of these, the characters that are part of this text already

    def __post_init__(self) -> None:
        """Check what the parameters don't; raises InvalidRequest."""
        if not isinstance(self.model, str) or not isinstance(self.prompt, str):
            raise InvalidRequest("model and prompt must be texts")
        if not _is_index(self.first_draw) or self.first_draw > len(self.prompt):
            raise InvalidRequest("first_draw must be at most the number of the prompt's characters")
        if not _is_index(self.written) or not self.written <= min(self.first_draw, self.longest - 1):
            raise InvalidRequest("what is written must be part of the prompt, and not yet the whole text")
        if not _is_index(self.likely_language) or not (self.language is None or _is_index(self.language)):
            raise InvalidRequest("a language must be the number of an initial state")

    @property
    def given(self) -> str:
        """The prompt without what was written to it."""
        return self.prompt[: len(self.prompt) - self.first_draw]

    @property
    def longest(self) -> int:
        """How long the text can become, in characters."""
        return longest(self.params.length) if self.params.finish == "sentence" else self.params.length

    def after(self, text: str) -> "SampleRequest":
        """Return the request that continues after `text`, with the same seed and the next draw number."""
        return replace(self, prompt=self.prompt + text, first_draw=self.first_draw + len(text), written=0)

    def resumed(self, text: str) -> "SampleRequest":
        """Return the request for the rest of the text that begins with `text`."""
        return replace(self.after(text), written=self.written + len(text))

    def with_params(self, **changes: Any) -> "SampleRequest":
        """Return the request with these parameters changed; raises InvalidSamplingParam."""
        return replace(self, params=replace(self.params, **changes))


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def request_from_json(content: Mapping[str, Any]) -> SampleRequest:
    """Return the request that `dataclasses.asdict` converted; raises TypeError, KeyError, ModelsError."""
    return SampleRequest(**{**content, "params": SamplingParams(**content["params"])})
