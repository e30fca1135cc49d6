"""The bot speaks five languages: to a person in theirs, to a server in its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tempera.bot.replies.translation.catalog import catalog
from tempera.sandbox.limits.bounds import MESSAGE_CONTENT
from tests.bot.admin_play import says
from tests.bot.conftest import Room

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHAT_INPUT = 1
LOCALES = ["en-US", "de", "fr", "es-ES", "es-419", "ja"]
DELETE = {
    "en-US": "Delete",
    "de": "Löschen",
    "fr": "Supprimer",
    "es-ES": "Eliminar",
    "es-419": "Eliminar",
    "ja": "削除",
}
NO_MODEL = {
    "en-US": "There is no model called nobody.",
    "de": "Es gibt kein Modell namens nobody.",
    "fr": "Aucun modèle ne s’appelle nobody.",
    "es-ES": "No hay ningún modelo llamado nobody.",
    "es-419": "No hay ningún modelo llamado nobody.",
    "ja": "nobodyというモデルはありません。",
}
GENERATE = {"de": "schreiben", "fr": "écrire", "es-ES": "escribir", "es-419": "escribir", "ja": "生成"}


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def english_again(room: Room) -> AsyncIterator[None]:
    yield
    room.sandbox.locales[room.sandbox.alice.id] = "en-US"
    room.sandbox.set_guild_locale(room.sandbox.guild, "en-US")


@pytest.mark.parametrize("locale", LOCALES)
async def test_what_one_person_sees_is_in_their_language(room: Room, locale: str) -> None:
    room.sandbox.locales[room.sandbox.alice.id] = locale
    said = await says(await room.play(prompt="Oh", model="nobody"))
    assert said.startswith(NO_MODEL[locale])
    private = await (await room.play(prompt="Oh", length=5, private=True)).shows(lambda each: bool(each.buttons))
    assert private.buttons[-1].label == DELETE[locale]


@pytest.mark.parametrize("locale", LOCALES)
async def test_what_everybody_sees_is_in_the_servers_language(room: Room, locale: str) -> None:
    room.sandbox.set_guild_locale(room.sandbox.guild, locale)
    public = await (await room.play(prompt="Oh", length=5)).shows(lambda each: bool(each.buttons))
    assert public.buttons[-1].label == DELETE[locale]
    said = await says(await room.play(prompt="Oh", model="nobody"))
    assert said.startswith(NO_MODEL["en-US"]), "this only Alice sees, who uses Discord in English"


async def test_direct_messages_are_in_the_persons_language(room: Room) -> None:
    room.sandbox.locales[room.sandbox.alice.id] = "ja"
    direct = room.sandbox.dm_channel(room.sandbox.alice)
    answer = await (await room.sandbox.invoke("generate", channel=direct, prompt="Oh", length=5)).shows(
        lambda each: bool(each.buttons)
    )
    assert answer.buttons[-1].label == DELETE["ja"]


@pytest.mark.parametrize("locale", LOCALES)
async def test_help_fits_one_message_and_names_the_commands_as_discord_shows_them(room: Room, locale: str) -> None:
    room.sandbox.locales[room.sandbox.alice.id] = locale
    said = await says(await room.sandbox.invoke("help"))
    assert len(said) <= MESSAGE_CONTENT.maximum
    for command in room.sandbox.commands.values():
        name = str((command.get("name_localizations") or {}).get(locale) or command["name"])
        if command["name"] not in {"voice", "admin"}:
            assert f"/{name}" in said or command["type"] != CHAT_INPUT


async def test_discord_is_told_of_commands_options_and_choices_in_all_languages(room: Room) -> None:
    command = room.sandbox.commands["generate"]
    assert command["name_localizations"] == GENERATE
    assert command["description_localizations"]["de"] == "Schreibt deinen Text weiter, Zeichen für Zeichen"
    options = {option["name"]: option for option in command["options"]}
    assert options["temperature"]["name_localizations"]["ja"] == "温度"
    assert options["seed"]["description_localizations"]["fr"].startswith("La même graine")
    choices = {choice["name"]: choice for choice in options["finish"]["choices"]}
    assert choices["sentence"]["name_localizations"]["es-419"] == "frase"
    subcommands = {option["name"]: option for option in room.sandbox.commands["preset"]["options"]}
    assert subcommands["save"]["name_localizations"]["de"] == "speichern"


def numbers(locale: str) -> str:
    return catalog(locale).text("{size:,.1f} MB", size=12345.6)


async def test_numbers_are_written_as_in_the_language() -> None:
    assert [numbers(each) for each in ("en-US", "de", "fr", "es-ES", "es-419", "ja", "pt-BR")] == [
        "12,345.6 MB",
        "12.345,6 MB",
        "12\u202f345,6\u00a0Mo",
        "12.345,6 MB",
        "12,345.6 MB",
        "12,345.6 MB",
        "12,345.6 MB",
    ]
    assert catalog("fr").text("{token} {share:.0%}", token="x", share=0.12) == "x 12\u00a0%"
    assert catalog("ja").count(2, "{number:,} text", "{number:,} texts") == "文章2件"


@pytest.mark.parametrize("locale", ["de", "ja"])
async def test_a_picture_is_described_in_the_servers_language(room: Room, locale: str) -> None:
    room.sandbox.set_guild_locale(room.sandbox.guild, locale)
    shown = await (await room.sandbox.invoke("dial", prompt="Oh")).answered()
    assert {"de": "was als Nächstes kommt", "ja": "次に来るもの"}[locale] in shown.content


async def test_a_click_answers_in_the_servers_language_whoever_clicks(room: Room) -> None:
    room.sandbox.set_guild_locale(room.sandbox.guild, "fr")
    message = await (await room.play(prompt="Oh", length=5)).shows(lambda each: bool(each.buttons))
    room.sandbox.locales[room.sandbox.bob.id] = "de"
    again = await (await room.sandbox.click(message, "Encore", user=room.sandbox.bob)).shows(
        lambda each: bool(each.buttons)
    )
    assert again.buttons[-1].label == DELETE["fr"]
    assert "Demandé par" in again.content or "demandé par" in again.content
