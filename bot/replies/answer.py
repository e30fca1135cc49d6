"""The content of an answer: the prompt in bold, the text that continues it, and details in small print."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from tempera.bot.action import Action, led_to
from tempera.bot.discord_failure import DiscordFailure
from tempera.bot.replies.languages import language_name
from tempera.bot.replies.markdown import bold, literal
from tempera.bot.replies.params import active_params
from tempera.bot.replies.reply import CONTENT_LIMIT, Button, Reply, TextFile, fits
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.bot.replies.wording import prompt_changes
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.layouts import Layout
from tempera.models.loops import is_caught_in_loop
from tempera.models.sampling_params import SPECS
from tempera.models.tokenizers.characters import FittedText

CARRIED_CHARACTERS = 160  # of the previous text, shown at the start of a continuation
LOOP_CHARACTERS = 1200  # at the end of a text, in which loops are searched for
WRITING = N_("writing…")
IN_FILE = N_("The full text is in the attached file.")
REPEATING = N_("The text is repeating itself: try Break the loop.")
EARLIER_SEED = N_("This seed comes from an earlier version of Tempera and now gives a different text.")
LABELS = {
    Action.STOP: N_("Stop"),
    Action.AGAIN: N_("Again"),
    Action.HOTTER: N_("Hotter"),
    Action.COOLER: N_("Cooler"),
    Action.CONTINUE: N_("Continue"),
    Action.ESCAPE: N_("Break the loop"),
    Action.EDIT: N_("Edit"),
    Action.SURPRISE: N_("Show surprise"),
    Action.DELETE: N_("Delete"),
}


REFUSALS = {
    DiscordFailure.BLOCKED: N_("This server's AutoMod blocked the text."),
    DiscordFailure.ARCHIVED: N_("This thread is archived, so the text can't be shown in it."),
    DiscordFailure.NO_ACCESS: N_("Tempera is no longer allowed to write in this channel."),
    DiscordFailure.TOO_LONG: N_("Discord says that the text is too long for a message."),
}
REJECTED = N_("Discord rejected the message.")
SAVED = N_("The text is saved: Continue goes on from its end, and Again writes another one.")


class Ending(StrEnum):
    """How a text ended, as a note under it."""

    COMPLETE = ""
    STOPPED = N_("Stopped.")
    INTERRUPTED = N_("Interrupted.")
    CUT_SHORT = N_("Cut short: Tempera was stopped.")
    BEFORE_WORD = N_("Ended before a word that this server blocks.")
    OUT_OF_TIME = N_("Stopped: Discord lets an answer grow for 15 minutes only.")


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What an answer shows besides its text."""

    request: SampleRequest
    fitted: FittedText  # the prompt as the model reads it
    locale: str
    max_temperature: float = SPECS["temperature"].highest_offered  # the model's limit
    language: str | None = None  # None: not known yet, or the model has only one
    earlier_seed: bool = False  # the seed comes from a text of an earlier version
    detected: bool = False  # the model was chosen by the prompt's language
    pinned: tuple[tuple[int, str], ...] = ()  # presets of the server that have buttons: ids and names
    note: str = ""  # about how it came about
    asked_by: int | None = None  # the user who clicked a button for it
    layout: Layout = "running"  # of what the model was trained on

    @property
    def whole_prompt(self) -> str:
        """The prompt as a part of the text: of a record, its beginning; an output stands alone."""
        if self.layout == "running":
            return self.request.prompt if self.request.prompt.strip() else ""
        return "" if self.layout == "pairs" else self.fitted.text

    @property
    def prompt(self) -> str:
        """The start of the answer: the prompt, or the end of what a continuation continues."""
        whole = self.whole_prompt
        is_cut = self.request.first_draw and len(whole) > CARRIED_CHARACTERS
        return f"…{whole[-CARRIED_CHARACTERS:].lstrip()}" if is_cut else whole


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text of an answer as far as it is written."""

    view: AnswerView
    text: str
    ending: Ending
    generation_id: int


def waiting(view: AnswerView, queue_position: int) -> Reply:
    """Compose an answer whose text is still in the queue."""
    t = catalog(view.locale).text
    position = t("waiting, number {position} in the queue", position=queue_position)
    return _unfinished(view, "", position)


def begun(locale: str) -> str:
    """Return the first state of an answer whose text is being written."""
    return f"-# {catalog(locale).text(WRITING)}"


def growing(view: AnswerView, text: str) -> Reply:
    """Compose an answer that is still being written; what doesn't fit is shown at the end."""
    return _unfinished(view, text, catalog(view.locale).text(WRITING))


def _unfinished(view: AnswerView, text: str, progress: str) -> Reply:
    lines = (*remarks(view), f"{_making(view)} · {progress}")
    parts = _parts(view, text)
    content = _content(*parts, lines) or _cut(*parts, lines)
    return Reply(content, buttons=_buttons(view, [Action.STOP]))


def finished(view: AnswerView, text: str, ending: Ending = Ending.COMPLETE) -> Reply:
    """Compose the final state of an answer."""
    t = catalog(view.locale).text
    note = [t(ending)] if ending else []
    loop = _loop(view, text)
    lines = (*remarks(view), *note, *loop, _making(view))
    actions = final_actions(view)
    buttons = (*_buttons(view, [*([Action.ESCAPE] if loop else []), *actions]), *_pinned(view))
    parts = _parts(view, text)
    if content := _content(*parts, lines):
        return Reply(content, buttons=buttons)
    return Reply(_cut(*parts, (t(IN_FILE), *lines)), _whole(view, text), buttons)


def refused(view: AnswerView, text: str, failure: DiscordFailure) -> Reply:
    """Compose the final state of an answer whose text Discord refuses; what AutoMod blocked isn't shown elsewhere."""
    t = catalog(view.locale).text
    lines = (t(REFUSALS.get(failure, REJECTED)), t(SAVED), f"-# {_making(view)}")
    file = None if failure is DiscordFailure.BLOCKED else _whole(view, text)
    return Reply("\n".join(lines), file, _buttons(view, final_actions(view)))


def _whole(view: AnswerView, text: str) -> TextFile:
    return TextFile(f"{view.request.model}-{view.request.params.seed}.txt", view.whole_prompt + text)


def cut(characters: int, locale: str) -> str:
    """Say how much of a text was cut where it repeated itself."""
    return catalog(locale).count(characters, "Cut: {number} repeated character.", "Cut: {number} repeated characters.")


def final_actions(view: AnswerView) -> tuple[Action, ...]:
    """Return the buttons under a finished text, without those that lead to the same text, or on from a record's end."""
    actions = (
        *(Action.AGAIN, Action.HOTTER, Action.COOLER, Action.CONTINUE),
        *(Action.EDIT, Action.SURPRISE, Action.DELETE),
    )
    temperature = view.request.params.temperature
    useless = {
        Action.CONTINUE: view.layout != "running",
        Action.AGAIN: temperature <= 0,
        Action.HOTTER: temperature >= view.max_temperature,
        Action.COOLER: temperature <= 0,
    }
    return tuple(action for action in actions if not useless.get(action))


def _buttons(view: AnswerView, actions: Iterable[Action]) -> tuple[Button, ...]:
    return tuple(Button(action, _label(view, action)) for action in actions)


def _pinned(view: AnswerView) -> Iterator[Button]:
    for preset_id, name in view.pinned:
        yield Button(None, name, preset_id=preset_id)


def _label(view: AnswerView, action: Action) -> str:
    """Return a button's label; those that change the temperature say what it will be."""
    label = catalog(view.locale).text(LABELS[action])
    before = view.request.params.temperature
    after = led_to(action, before, view.max_temperature)
    return (
        label
        if after == before or action not in (Action.HOTTER, Action.COOLER)
        else f"{label} → {after:.2f}".removesuffix("0")
    )


def remarks(view: AnswerView) -> tuple[str, ...]:
    """Return lines about what was changed, or came out otherwise than it seems."""
    earlier = [catalog(view.locale).text(EARLIER_SEED)] if view.earlier_seed else []
    return (*prompt_changes(view.fitted, view.locale), *earlier, *filter(None, [view.note]))


def _making(view: AnswerView) -> str:
    """Return the model, the language, the parameters that matter, and who asked if that was by a click."""
    t = catalog(view.locale).text
    language = [language_name(view.language)] if view.language else []
    if view.detected:
        language = [t("{language}, detected", language=each) for each in language]
    params = asdict(view.request.params)
    if not view.request.params.temperature:
        del params["seed"]  # nothing is drawn
    asked = [t("asked for by {user}", user=f"<@{view.asked_by}>")] if view.asked_by else []
    return " · ".join([view.request.model, *language, *active_params(params, view.locale), *asked])


def _loop(view: AnswerView, text: str) -> tuple[str, ...]:
    """Return a line about a text that ends in a loop, if it can be made hotter."""
    before = max(0, len(text) - LOOP_CHARACTERS)
    is_caught = is_caught_in_loop(text[before:], view.request.params.length - before)
    if is_caught and view.request.params.temperature < view.max_temperature:
        return (catalog(view.locale).text(REPEATING),)
    return ()


def _content(prompt: str, text: str, lines: Iterable[str]) -> str | None:
    """Return the whole message, or None if it is too long for one."""
    # Discord strips white space at the start of a message.
    start = "\u200b" if prompt[:1].isspace() else ""
    small_print = "".join(f"\n-# {line}" for line in lines)
    content = f"{start}{bold(prompt)}{literal(text)}{small_print}"
    return content if fits(content) else None


def _parts(view: AnswerView, text: str) -> tuple[str, str]:
    """Return what is bold and what isn't: half a word that a continuation ends is not."""
    begun = re.search(r"\w*\Z", view.prompt) if view.request.first_draw and text[:1].isalnum() else None
    whole = begun.start() if begun else len(view.prompt)
    return view.prompt[:whole], view.prompt[whole:] + text


def _cut(prompt: str, text: str, lines: Iterable[str]) -> str:
    """Return the message with as much of the prompt and text as fits."""
    lines = tuple(lines)

    def shown(characters: int) -> str | None:
        return _content(prompt[:characters], f"{text[: max(0, characters - len(prompt))]}…", lines)

    # Each further character makes the message longer, so bisection finds the largest number that fits.
    fitting = bisect_right(range(CONTENT_LIMIT), False, key=lambda characters: shown(characters) is None) - 1
    return shown(max(0, fitting)) or "…"
