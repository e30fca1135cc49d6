"""One text to sample, as the engine and the decoder pass it on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tempera.models.sampling_params import SamplingParams


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """What to continue, and how; the same request gives the same text."""

    model: str
    prompt: str  # at least one token; characters are all in the model's vocabulary, words need not be
    params: SamplingParams
    language: int | None = None  # which of the model's initial states the text begins in; None = detected
    likely_language: int = 0  # what a prompt is taken for that does not tell
    first_draw: int = 0  # characters at the prompt's end that this seed has written; their tokens took the draws before

    def after(self, text: str, length: int | None = None) -> "SampleRequest":
        """Return the request that goes on once `text` is written: same seed, next draw number.

        length: in characters; None = what is left of this request's.
        """
        further = replace(self, prompt=self.prompt + text, first_draw=self.first_draw + len(text))
        return further.with_params(length=self.params.length - len(text) if length is None else length)

    def with_params(self, **changes: Any) -> "SampleRequest":
        """Return the request with other values of these parameters; raises InvalidSamplingParam."""
        return replace(self, params=replace(self.params, **changes))


def request_from_json(content: Mapping[str, Any]) -> SampleRequest:
    """Return what `dataclasses.asdict` made of a request; raises TypeError, KeyError, InvalidSamplingParam."""
    return SampleRequest(**{**content, "params": SamplingParams(**content["params"])})
