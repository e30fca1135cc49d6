"""All sentences of the bot are in one folder, and a language is one file."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from discord import Locale
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str

from tempera.bot.registration.command_translator import CommandTranslator
from tempera.bot.replies.translation.catalog import catalog

BOT = Path(__file__).parents[2] / "bot"
PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

msgid "The model {model} is {state}."
msgstr "Le modèle {model} est {state}."

msgid "Manage Tempera"
msgstr "Gérer Tempera"

msgid "{number:,} text"
msgid_plural "{number:,} texts"
msgstr[0] "{number} texte"
msgstr[1] "{number} textes"
"""
# What whoever starts the bot reads on the console, and what explains their errors.
FOR_OPERATORS = {"__main__.py", "config/environment.py", "config/problems.py", "config/loader.py"}
FOR_OPERATORS |= {"config/settings.py", "config/retired_keys.py"}
FOR_OPERATORS |= {"running/measures.py", "monitoring/state.py", "monitoring/health.py"}


@pytest.fixture
def french(tmp_path: Path) -> Path:
    (tmp_path / "fr.po").write_text(PO, encoding="utf-8")
    return tmp_path


def test_a_language_is_one_file(french: Path) -> None:
    words = catalog("fr", french)
    assert words.text("The model {model} is {state}.", model="a{b}", state="x") == "Le modèle a{b} est x."
    assert [words.count(number, "{number:,} text", "{number:,} texts") for number in (0, 1, 2)] == [
        "0 texte",
        "1 texte",
        "2 textes",
    ]


def test_what_a_language_lacks_is_said_in_english(french: Path) -> None:
    assert catalog("fr", french).text("Not translated.") == "Not translated."
    assert catalog("de", french).count(2000, "{number:,} text", "{number:,} texts") == "2,000 texts"


def test_a_region_has_its_languages_words_where_it_has_none_of_its_own(french: Path) -> None:
    message = "The model {model} is {state}."
    assert catalog("fr-CA", french).text(message, model="x", state="y") == "Le modèle x est y."


@pytest.mark.parametrize("content", [b"\xff\xfe", b'msgid "x\nmsgstr', b'msgid "a"\nmsgstr[7] "b"\n', b""])
def test_a_catalogue_that_cannot_be_read_leaves_english(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "it.po").write_bytes(content)
    assert catalog("it", tmp_path).text("{name} is gone", name="x") == "x is gone"


def test_a_translation_without_a_place_for_a_value_gives_way_to_english(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = (
        PO + '\nmsgid "{name} is gone"\nmsgstr "{nome} manca"\n\nmsgid "one {name}"\nmsgid_plural "{number} {name}"\n'
    )
    (tmp_path / "it.po").write_text(wrong + 'msgstr[0] "uno {nome"\nmsgstr[1] "{0} {nome}"\n', encoding="utf-8")
    words = catalog("it", tmp_path)
    assert words.text("{name} is gone", name="x") == "x is gone"
    assert [words.count(number, "one {name}", "{number} {name}", name="x") for number in (1, 2)] == ["one x", "2 x"]
    assert "nome" in caplog.text


async def test_commands_have_a_languages_words_too(french: Path) -> None:
    translator = CommandTranslator(french)
    command: Any = None
    where: Any = TranslationContext(TranslationContextLocation.command_description, command)
    assert await translator.translate(locale_str("Manage Tempera"), Locale.french, where) == "Gérer Tempera"
    assert await translator.translate(locale_str("Not translated."), Locale.french, where) is None
    assert await translator.translate(locale_str("Manage Tempera"), Locale.german, where) is None


def sentences(path: Path) -> list[str]:
    """Return the texts of several words that a module holds, without docstrings and what goes to the log."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        is_logged = isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "log"
        if is_logged or isinstance(node, ast.Raise):
            silent |= {id(each) for each in ast.walk(node)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in silent]
    return [node.value for node in texts if isinstance(node.value, str) and re.search(r"\w+ \w+ \w+", node.value)]


def test_no_sentence_stands_outside_the_replies() -> None:
    outside = [path for path in BOT.rglob("*.py") if "replies" not in path.parts]
    spoken = {path: found for path in outside if (found := sentences(path))}
    assert {str(path.relative_to(BOT)) for path in spoken} <= FOR_OPERATORS, spoken
    assert len(outside) > 40
