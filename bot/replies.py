"""What an answer says: the prompt in bold, the text going on from it, and small lines on how it came about."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from bot.markdown import bold, literal
from models.engine.request import SampleRequest
from models.vocabulary import FittedText

CONTENT_LIMIT = 2000  # of Discord; counted here in UTF-16 units, the strictest way to count
NAMED_CHARACTERS = 12  # that the model does not know, before the rest is only counted
WRITING = "writing…"
CUT = "The whole text is in the file."
RESTARTING = "Cut short: Tempera is restarting."
OUT_OF_TIME = "Cut short: Discord lets an answer grow for 15 minutes only."
BROKEN_OFF = "Broken off here."


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to attach."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: its content, and the whole text as a file where the content can't hold it."""

    content: str
    file: TextFile | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an answer is about: the prompt as typed, as the model reads it, and the request."""

    prompt: str
    fitted: FittedText
    request: SampleRequest


def growing(subject: Subject, text: str) -> Reply:
    """Compose an answer that is still being written; what does not fit is left for the end."""
    lines = (*_changes(subject.fitted), f"{_settings(subject.request)} · {WRITING}")
    return Reply(_content(subject.prompt, text, lines) or _cut(subject.prompt, text, lines))


def finished(subject: Subject, text: str, seconds: float, note: str = "") -> Reply:
    """Compose the last state of an answer, with a note if it ended early."""
    speed = f"{len(text) / max(seconds, 1e-3):,.0f} chars/s"
    lines = (*_changes(subject.fitted), *filter(None, [note]), f"{_settings(subject.request)} · {speed}")
    if content := _content(subject.prompt, text, lines):
        return Reply(content)
    whole = TextFile(f"{subject.request.model}-{subject.request.seed}.txt", subject.prompt + text)
    return Reply(_cut(subject.prompt, text, (CUT, *lines)), whole)


def _settings(request: SampleRequest) -> str:
    parts = [request.model, f"T {request.temperature:g}", f"seed {request.seed}"]
    parts += [f"top-k {request.top_k}"] if request.top_k else []
    parts += [f"top-p {request.top_p:g}"] if request.top_p < 1 else []
    return " · ".join(parts)


def _changes(fitted: FittedText) -> tuple[str, ...]:
    """Return a line on the prompt's characters that the model does not know, if there are any."""
    changes = [f"{_named(old)} → {''.join(map(_named, new))}" for old, new in fitted.replaced]
    changes += [f"{_named(character)} left out" for character in fitted.dropped]
    more = [f"and {len(changes) - NAMED_CHARACTERS} more"] if len(changes) > NAMED_CHARACTERS else []
    named = ", ".join(changes[:NAMED_CHARACTERS] + more)
    return (f"Not in this model's alphabet: {named}",) if changes else ()


def _named(character: str) -> str:
    return literal(character) if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"


def _content(prompt: str, text: str, lines: Iterable[str]) -> str | None:
    """Return the whole message, or None if it is too long for one."""
    # Discord strips white space at the start of a message.
    start = "\u200b" if prompt[:1].isspace() else ""
    small_print = "".join(f"\n-# {line}" for line in lines)
    content = f"{start}{bold(prompt)}{literal(text)}{small_print}"
    return content if _units(content) <= CONTENT_LIMIT else None


def _cut(prompt: str, text: str, lines: Iterable[str]) -> str:
    """Return the message with as much of prompt and text as fits."""
    lines = tuple(lines)

    def shown(characters: int) -> str | None:
        return _content(prompt[:characters], f"{text[: max(0, characters - len(prompt))]}…", lines)

    # Every further character makes the message longer, so the largest that fits can be searched for.
    fitting = bisect_right(range(CONTENT_LIMIT), False, key=lambda characters: shown(characters) is None) - 1
    return shown(max(0, fitting)) or "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
