"""A text in which blocked words never show: it goes on otherwise before one, or ends there."""

from collections.abc import AsyncIterator
from dataclasses import replace

from tempera.bot.moderation.words import MAX_WORD_CHARACTERS, BlockedWords
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.stream import TextStream
from tempera.models.errors import EngineBusy
from tempera.models.formats.card import ModelCard
from tempera.models.sampling_params import SPECS

WINDOW_CHARACTERS = 2 * MAX_WORD_CHARACTERS  # in which a word that isn't settled begins
MOST_ATTEMPTS = 3  # to go on otherwise, for one text
SEED_STEP = 7_919  # between the seeds of attempts: the same seed and words give the same text


class ModeratedStream:
    """Like TextStream, without blocked words in the prompt and text together."""

    def __init__(self, engine: Engine, request: SampleRequest, words: BlockedWords) -> None:
        self.request = request
        self.text = ""
        self.is_cut = False  # it ends before a blocked word
        self._engine, self._words = engine, words
        self._rest, self._is_whole = "", False  # what is written, and whether that is all
        self._cut: int | None = None  # where a blocked word begins in it
        self._stream: TextStream = engine.stream(request)
        self._pieces = self._moderated()

    def __aiter__(self) -> AsyncIterator[str]:
        return self._pieces

    @property
    def card(self) -> ModelCard:
        """See TextStream."""
        return self._stream.card

    @property
    def arithmetic(self) -> str:
        """See TextStream."""
        return self._stream.arithmetic

    @property
    def language(self) -> str | None:
        """See TextStream."""
        return self._stream.language

    @property
    def first_piece_seconds(self) -> float | None:
        """See TextStream."""
        return self._stream.first_piece_seconds

    @property
    def queue_position(self) -> int:
        """See TextStream."""
        return self._stream.queue_position

    @property
    def expected_seconds(self) -> float:
        """See TextStream."""
        return self._stream.expected_seconds

    async def aclose(self) -> None:
        """Cancel the text."""
        await self._stream.aclose()

    async def _moderated(self) -> AsyncIterator[str]:
        """Yield what can be shown for good."""
        kept, attempts = "", 0
        while True:
            async for safe in self._until_blocked(kept):
                yield safe
            if self._cut is None:
                return
            kept = self._rest = self._rest[: self._cut]
            await self._stream.aclose()
            if attempts == MOST_ATTEMPTS or not self._goes_on(kept, attempts := attempts + 1):
                self.is_cut = True
                if len(kept) > len(self.text):
                    yield self._released(len(kept))
                return

    async def _until_blocked(self, kept: str) -> AsyncIterator[str]:
        """Yield what can't become a blocked word any more, until there is one, or the text ends."""
        self._rest, self._is_whole = kept, False
        async for piece in self._stream:
            self._rest += piece
            if self._finds_blocked():
                return
            window, base = self._window()
            settled = base + self._words.settled(window)
            if settled > len(self.text):
                yield self._released(settled)
        self._rest, self._is_whole = kept + self._stream.text, True
        if not self._finds_blocked() and (last := self._released(len(self._rest))):
            yield last

    def _released(self, characters: int) -> str:
        """Let the text have this many characters; return those that are new."""
        before, self.text = len(self.text), self._rest[:characters]
        return self.text[before:]

    def _finds_blocked(self) -> bool:
        """Find where the text must end; return whether it must."""
        window, base = self._window()
        match = self._words.first(window, len(self.text) - base, is_whole=self._is_whole)
        self._cut = max(0, base + match.start) if match else None
        return self._cut is not None

    def _window(self) -> tuple[str, int]:
        """Return what isn't settled yet with what is before it, and where that begins in the text."""
        prompt = self.request.prompt
        start = max(0, len(prompt) + len(self.text) - WINDOW_CHARACTERS)
        return (prompt + self._rest)[start:], start - len(prompt)

    def _goes_on(self, kept: str, attempt: int) -> bool:
        """Begin a text that goes on after what is kept, with other draws; return whether that is possible."""
        params = self.request.params
        if params.temperature <= 0 or len(kept) >= self.request.longest:
            return False
        seed = (params.seed + attempt * SEED_STEP) % (SPECS["seed"].maximum + 1)
        further = replace(self.request, language=self._stream.language_index)
        further = (further.resumed(kept) if kept else further).with_params(seed=seed)
        try:
            self._stream = self._engine.stream(further)
        except EngineBusy:
            return False
        return True
