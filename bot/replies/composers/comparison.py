"""The content of a comparison: one prompt, and the texts that several temperatures or models make of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from enum import StrEnum

from tempera.bot.action import Action
from tempera.bot.discord_failure import DiscordFailure
from tempera.bot.replies.answer import (
    IN_FILE,
    LABELS,
    REFUSALS,
    REJECTED,
    SAVED,
    WRITING,
    AnswerView,
    Ending,
    ShownText,
    remarks,
)
from tempera.bot.replies.languages import language_name
from tempera.bot.replies.markdown import bold, literal
from tempera.bot.replies.params import active_params
from tempera.bot.replies.reply import Button, Reply, TextFile, fits
from tempera.bot.replies.translation.catalog import catalog

MAX_LABEL_CHARACTERS = 40  # of a model's name in a button


class By(StrEnum):
    """What differs between the texts."""

    TEMPERATURE = "temperature"
    MODEL = "model"


class Comparison:
    """Shows texts below one another, each with what makes it."""

    def __init__(self, by: By) -> None:
        self._by = by

    def progress(self, texts: Sequence[ShownText], queue_position: int) -> Reply:
        """See Composer."""
        view = texts[0].view
        t = catalog(view.locale).text
        state = t("waiting, number {position} in the queue", position=queue_position) if queue_position else t(WRITING)
        return Reply(
            self._fitted(texts, [f"{self._making(texts)} · {state}"]), buttons=(_button(Action.STOP, view.locale),)
        )

    def finished(self, texts: Sequence[ShownText]) -> Reply:
        """See Composer."""
        t = catalog(texts[0].view.locale).text
        endings = [
            t(ending) for ending in dict.fromkeys(each.ending for each in texts) if ending is not Ending.COMPLETE
        ]
        lines = [*dict.fromkeys(line for each in texts for line in remarks(each.view)), *endings, self._making(texts)]
        content = self._content(texts, lines, lambda text: text)
        if fits(content):
            return Reply(content, buttons=self._buttons(texts))
        return Reply(self._fitted(texts, [t(IN_FILE), *lines]), self._file(texts), self._buttons(texts))

    def refused(self, texts: Sequence[ShownText], failure: DiscordFailure) -> Reply:
        """See Composer."""
        t = catalog(texts[0].view.locale).text
        lines = (t(REFUSALS.get(failure, REJECTED)), t(SAVED), f"-# {self._making(texts)}")
        file = None if failure is DiscordFailure.BLOCKED else self._file(texts)
        return Reply("\n".join(lines), file, self._buttons(texts))

    def _fitted(self, texts: Sequence[ShownText], lines: Iterable[str]) -> str:
        """Return a message with as much of every text as fits."""
        lines = list(lines)
        for characters in range(max(len(each.text) for each in texts), 0, -10):
            content = self._content(texts, lines, lambda text, most=characters: _shortened(text, most))  # type: ignore[misc]
            if fits(content):
                return content
        short = [replace(each, view=_with_short_prompt(each.view)) for each in texts]
        return self._content(short, lines[-1:], lambda _: "…")

    def _content(self, texts: Sequence[ShownText], lines: Iterable[str], shown: Callable[[str], str]) -> str:
        prompt = texts[0].view.request.prompt
        parts = [f"**{literal(self._heading(each))}**\n…{literal(shown(each.text).lstrip())}" for each in texts]
        small_print = "".join(f"\n-# {line}" for line in lines)
        return "\n".join([bold(prompt.strip() or prompt), *parts]) + small_print

    def _heading(self, text: ShownText) -> str:
        """Name a text by what makes it; models write at temperatures of their own."""
        name, temperature = self._name(text), _temperature(text)
        return name if name == temperature else f"{name} · {temperature}"

    def _name(self, text: ShownText) -> str:
        return text.view.request.model if self._by is By.MODEL else _temperature(text)

    def _making(self, texts: Sequence[ShownText]) -> str:
        """Return what the texts have in common."""
        view = texts[0].view
        params = asdict(view.request.params)
        del params["temperature"]
        language = [language_name(view.language)] if view.language and self._by is By.TEMPERATURE else []
        model = [view.request.model] if self._by is By.TEMPERATURE else []
        return " · ".join([*model, *language, *active_params(params, view.locale)])

    def _buttons(self, texts: Sequence[ShownText]) -> tuple[Button, ...]:
        locale = texts[0].view.locale
        go_on = catalog(locale).text(LABELS[Action.CONTINUE])
        parts = [
            Button(Action.CONTINUE, f"{go_on} {self._name(each)[:MAX_LABEL_CHARACTERS]}", each.generation_id)
            for each in texts
            if each.view.layout == "running"
        ]
        return (*parts, _button(Action.DELETE, locale))

    def _file(self, texts: Sequence[ShownText]) -> TextFile:
        parts = (f"{self._heading(each)}\n\n{each.view.whole_prompt}{each.text}\n" for each in texts)
        return TextFile("comparison.txt", "\n\n".join(parts))


def _button(action: Action, locale: str) -> Button:
    return Button(action, catalog(locale).text(LABELS[action]))


def _temperature(text: ShownText) -> str:
    return f"T {text.view.request.params.temperature:zg}"


def _shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _with_short_prompt(view: AnswerView) -> AnswerView:
    return replace(view, request=replace(view.request, prompt=_shortened(view.request.prompt, 100), first_draw=0))
