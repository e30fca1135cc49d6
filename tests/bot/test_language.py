"""The language in which a text is written and continued."""

from functools import partial
from pathlib import Path

import pytest

from tempera.bot.replies.languages import NAMES
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.interactions import StoredMessage
from tests.bot.conftest import Room, row_of, written
from tests.fixtures_models import write_small
from tests.fixtures_polyglot import OWN, write_polyglot

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny` and `other` speak English alone, `polyglot` three languages, `duo` two of them."""
    folder = tmp_path_factory.mktemp("languages")
    for name in ("tiny", "other"):
        write_small(folder, name)
    write_polyglot(folder)
    write_polyglot(folder, "duo", languages=("ja", "fr"))
    return folder


async def finished(exchange: Exchange) -> StoredMessage:
    return await exchange.shows(lambda message: written(message) and len(message.buttons) > 1)


async def play(room: Room, prompt: str, locale: str = "en-US", **options: str | int) -> StoredMessage:
    """Return the answer that Bob, who uses Discord in this language, gets from `polyglot`."""
    room.sandbox.locales[room.sandbox.bob.id] = locale
    return await finished(await room.play(prompt=prompt, user=room.sandbox.bob, **{"model": "polyglot"} | options))


async def language_of(room: Room, message: StoredMessage) -> str | None:
    """Return in which language a text is written: by its letters, its row and its small print."""
    row = await row_of(room, message)
    (language,) = [code for code, own in OWN.items() if set(own) & set(row.text)]
    assert row.language == language
    assert f"\n-# {row.model} · {NAMES[language]} · T 0.8" in message.content
    return language


@pytest.mark.parametrize(
    ("option", "prompt", "locale", "language"),
    [
        ("ja", "éé", "en-US", "ja"),  # the option wins over the words
        ("ja", "a", "fr", "ja"),  # and over the user's language
        (None, "éé", "en-US", "fr"),  # the words win over the user's language
        (None, "猫", "fr", "ja"),
        (None, "q", "ja", "ja"),  # words that hardly tell don't
        (None, "a", "fr", "fr"),  # nor do those that tell nothing
        (None, "a", "en-GB", "en"),
        (None, "a", "pt-BR", "en"),  # not among the model's: its first
    ],
)
async def test_option_then_words_then_the_users_language_then_the_models_first(
    room: Room, option: str | None, prompt: str, locale: str, language: str
) -> None:
    chosen = {"language": option} if option else {}
    assert await language_of(room, await play(room, prompt, locale, **chosen)) == language


async def test_each_model_numbers_its_languages_by_itself(room: Room) -> None:
    assert await language_of(room, await play(room, "a", "fr", model="duo")) == "fr"
    assert await language_of(room, await play(room, "a", "de", model="duo")) == "ja"


@pytest.mark.parametrize("typed", ["fr", "FR", "français", " Français "])
async def test_a_language_may_be_given_by_code_or_name(room: Room, typed: str) -> None:
    assert await language_of(room, await play(room, "a", language=typed)) == "fr"


async def test_the_only_language_of_a_model_is_not_named(room: Room) -> None:
    for chosen in ({}, {"language": "en"}):
        message = await play(room, "Oh", "fr", model="tiny", **chosen)
        assert "\n-# tiny · T 0.8" in message.content
        assert (await row_of(room, message)).language is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": "tiny", "language": "fr"}, "tiny writes in English, not in français. Choose"),
        (
            {"model": "polyglot", "language": "de"},
            "polyglot writes in English, français, 日本語, not in Deutsch. Choose",
        ),
        ({"model": "duo", "language": "@everyone"}, r"duo writes in 日本語, français, not in \@everyone. Choose"),
        ({"model": "duo", "language": "**0**"}, r"duo writes in 日本語, français, not in \*\*0\*\*. Choose"),
    ],
)
async def test_a_language_that_the_model_does_not_speak_is_refused_at_once_and_privately(
    room: Room, options: dict[str, str], words: str
) -> None:
    rows = await room.last_row()
    exchange = await room.play(prompt="a", **options)
    answer = await exchange.acknowledged()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    message = await exchange.answered()
    assert message.content.startswith(words)
    assert not message.pings
    assert await room.last_row() == rows


async def test_a_text_goes_on_in_its_language_whoever_clicks(room: Room) -> None:
    """The prompt is English by its letters, so that only the stored row can say Japanese."""
    message = await play(room, "w" * 300, language="ja", length=5)
    for label in ("Continue", "Again", "Hotter", "Cooler"):
        after = await finished(await room.sandbox.click(message, label, user=room.sandbox.bob))
        assert (await row_of(room, after)).language == "ja", label
        assert not set((await row_of(room, after)).text) & set(OWN["en"]), label


async def test_a_continuation_in_a_language_is_what_a_longer_text_would_have_been(room: Room) -> None:
    whole = await row_of(room, await play(room, "éé", seed=3, length=60))
    first = await play(room, "éé", seed=3, length=20)
    rows = [await row_of(room, first)]
    for _ in range(2):
        first = await finished(await room.sandbox.click(first, "Continue"))
        rows.append(await row_of(room, first))
    assert "".join(row.text for row in rows) == whole.text
    assert {row.language for row in rows} == {"fr"}


@pytest.mark.parametrize(
    ("model", "typed", "codes"),
    [
        ("polyglot", "", ["en", "fr", "ja"]),
        ("duo", "", ["ja", "fr"]),
        ("tiny", "", ["en"]),
        ("nobody", "", ["ja", "fr", "en"]),  # what some model speaks
        (None, "", ["ja", "fr", "en"]),
        (None, "Fr", ["fr"]),
        (None, "日", ["ja"]),
        (None, "x", []),
    ],
)
async def test_languages_complete_by_their_own_names_for_the_model_chosen(
    room: Room, model: str | None, typed: str, codes: list[str]
) -> None:
    offered = await room.sandbox.autocomplete("generate", "language", typed, model=model)
    assert [(choice.name, choice.value) for choice in offered] == [(NAMES[code], code) for code in codes]


async def test_a_preset_may_choose_the_language(room: Room) -> None:
    sandbox = room.sandbox
    save = partial(sandbox.invoke, "preset save", user=sandbox.bob)
    saved = await (await save(name="neko", model="polyglot", language="日本語")).answered()
    assert "polyglot · 日本語" in saved.content
    shown = await (await sandbox.invoke("preset show", name="neko", user=sandbox.bob)).answered()
    assert "Language: 日本語" in shown.content
    used = await finished(await sandbox.invoke("preset use", name="neko", prompt="éé", user=sandbox.bob))
    assert await language_of(room, used) == "ja"
    assert await language_of(room, await play(room, "éé", preset="neko", language="fr")) == "fr"


async def test_a_preset_cannot_choose_a_language_that_no_one_speaks(room: Room) -> None:
    exchange = await room.sandbox.invoke("preset save", name="x", model="duo", language="en", user=room.sandbox.bob)
    assert (await exchange.answered()).content == "Language: en isn't valid; use 日本語, français."


async def test_a_presets_language_is_changed_beside_the_form(room: Room) -> None:
    sandbox = room.sandbox
    await (await sandbox.invoke("preset save", name="duet", model="duo", language="ja")).answered()
    refused = await (await sandbox.invoke("preset edit", name="duet", language="en")).answered()
    assert refused.content == "Language: en isn't valid; use 日本語, français."
    form = await (await sandbox.invoke("preset edit", name="duet", language="fr")).modal_opened()
    saved = await (await sandbox.submit_modal(form)).answered()
    assert "duo · français" in saved.content


async def test_models_tell_what_they_speak(room: Room) -> None:
    (listed,) = (await (await room.sandbox.invoke("models")).answered()).embeds
    assert "-# English, français, 日本語 · " in listed["description"]
    (card,) = (await (await room.sandbox.invoke("models", model="duo")).answered()).embeds
    assert {"name": "Languages", "value": "日本語, français", "inline": True} in card["fields"]
