"""What an answer says: the prompt in bold, the text going on from it, and small lines on how it came about."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from bot.answers.next_request import HIGHEST_TEMPERATURE, Action, final_actions
from bot.replies.languages import language_name
from bot.replies.markdown import bold, literal, named
from bot.replies.params import shown_params
from models.engine.request import SampleRequest
from models.loops import ends_in_loop
from models.vocabulary import FittedText

CONTENT_LIMIT = 2000  # of Discord; counted here in UTF-16 units, the strictest way to count
CARRIED_CHARACTERS = 160  # of the text before, that a continuation begins with
NAMED_CHARACTERS = 12  # that the model does not know, before the rest is only counted
WRITING = "writing…"
CUT = "The whole text is in the file."
RESTARTING = "Cut short: Tempera is restarting."
OUT_OF_TIME = "Cut short: Discord lets an answer grow for 15 minutes only."
BROKEN_OFF = "Broken off here."
STOPPED = "Stopped."
IN_CIRCLES = "It goes in circles: try Hotter."
EARLIER_SEED = "This seed is from an earlier version of Tempera; it now gives a different text."
CIRCLING_CHARACTERS = 1200  # of the end of a text, looked at in some 3 ms


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to attach."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: its content, the whole text as a file where the content can't hold it, and its buttons."""

    content: str
    file: TextFile | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What an answer is about: the prompt as shown, as the model reads it, the request, and the model's limit."""

    prompt: str
    fitted: FittedText
    request: SampleRequest
    hottest: float = HIGHEST_TEMPERATURE  # that the model may be asked for
    language: str | None = None  # None: not known yet, or the model's only one
    earlier_seed: bool = False  # the seed is that of a text by an earlier version


def prompt_shown(request: SampleRequest) -> str:
    """Return what an answer begins with: the prompt, or of all that a continuation goes on from the end."""
    whole = request.prompt
    is_cut = request.first_draw and len(whole) > CARRIED_CHARACTERS
    return f"…{whole[-CARRIED_CHARACTERS:].lstrip()}" if is_cut else whole


def waiting(subject: Subject, place: int) -> Reply:
    """Compose an answer whose text waits for its turn."""
    line = f"{_settings(subject)} · waiting, place {place} in the queue"
    lines = (*_remarks(subject), line)
    return Reply(_content(subject.prompt, "", lines) or _cut(subject.prompt, "", lines), actions=(Action.STOP,))


def growing(subject: Subject, text: str) -> Reply:
    """Compose an answer that is still being written; what does not fit is left for the end."""
    lines = (*_remarks(subject), f"{_settings(subject)} · {WRITING}")
    content = _content(subject.prompt, text, lines) or _cut(subject.prompt, text, lines)
    return Reply(content, actions=(Action.STOP,))


def finished(subject: Subject, text: str, seconds: float | None, note: str = "") -> Reply:
    """Compose the last state of an answer, with a note if it ended early; seconds are None where no one knows."""
    speed = [] if seconds is None else [f"{len(text) / max(seconds, 1e-3):,.0f} chars/s"]
    making = " · ".join([_settings(subject), *speed])
    actions = final_actions(subject.request, subject.hottest)
    lines = (*_remarks(subject), *filter(None, [note]), *_circles(text, actions), making)
    if content := _content(subject.prompt, text, lines):
        return Reply(content, actions=actions)
    whole = TextFile(f"{subject.request.model}-{subject.request.params.seed}.txt", subject.request.prompt + text)
    return Reply(_cut(subject.prompt, text, (CUT, *lines)), whole, actions)


def _remarks(subject: Subject) -> tuple[str, ...]:
    return (*_changes(subject.fitted), *([EARLIER_SEED] if subject.earlier_seed else []))


def _settings(subject: Subject) -> str:
    language = [language_name(subject.language)] if subject.language else []
    return " · ".join([subject.request.model, *language, *shown_params(asdict(subject.request.params))])


def _circles(text: str, actions: tuple[Action, ...]) -> tuple[str, ...]:
    """Return a line on a text that ended in a loop, if there is a button that leads out of it."""
    return (IN_CIRCLES,) if Action.HOTTER in actions and ends_in_loop(text[-CIRCLING_CHARACTERS:]) else ()


def _changes(fitted: FittedText) -> tuple[str, ...]:
    """Return a line on the prompt's characters or words that the model does not know, if there are any."""
    changes = [f"{_named(old)} → {_named(new)}" for old, new in fitted.replaced]
    changes += [f"{named(character)} left out" for character in fitted.dropped]
    changes += [f"{_named(word)} unknown" for word in fitted.unknown]
    more = [f"and {len(changes) - NAMED_CHARACTERS} more"] if len(changes) > NAMED_CHARACTERS else []
    listed = ", ".join(changes[:NAMED_CHARACTERS] + more)
    known = "in this model's alphabet" if fitted.unit == "character" else "among this model's words"
    return (f"Not {known}: {listed}",) if changes else ()


def _named(text: str) -> str:
    return "".join(map(named, text))


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
