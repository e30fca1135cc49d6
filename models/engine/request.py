"""One text to sample, as the engine and the decoder pass it on."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """What to write on; the same request gives the same text."""

    model: str
    prompt: str  # at least one token; characters are all in the model's vocabulary, words need not be
    temperature: float  # 0 (greedy) to 2
    top_k: int = 0  # 0 = off
    top_p: float = 1.0  # 1 = off
    length: int  # characters to emit, 1 to 4000
    seed: int  # 0 to 2**31 - 1
    language: int | None = None  # which of the model's initial states the text begins in; None = recognised
    likely_language: int = 0  # what a prompt is taken for that does not tell
    stop: str = ""  # the text ends before this string; "" = off
    first_draw: int = 0  # characters at the prompt's end that this seed has written; their tokens took the draws before

    def after(self, text: str) -> "SampleRequest":
        """Return the request for what is left once `text` is written: same seed, next draw number."""
        return replace(
            self,
            prompt=self.prompt + text,
            length=self.length - len(text),
            first_draw=self.first_draw + len(text),
        )
