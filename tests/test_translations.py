"""Every word of the bot is in every language, as docs/translating.md asks for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tempera.bot.replies.commands import CHANNEL_PARAM
from tempera.bot.replies.languages import NAMES
from tests.translations.catalogues import LANGUAGES, REGIONS, content, originals_of, path_of, read, update
from tests.translations.checks import glossary, problems
from tests.translations.messages import KEYWORDS, REPLIES, messages

BOT = REPLIES.parent
FOR_OPERATORS = REPLIES / "errors" / "startup.py"  # read on the console, in English
NO_WORDS = {"Discord", CHANNEL_PARAM, *NAMES.values()}  # a name, and what others are made of


@pytest.fixture(scope="module")
def found() -> Catalog:
    return messages()


@pytest.mark.parametrize("code", [*LANGUAGES, *REGIONS])
def test_every_message_is_translated(code: str, found: Catalog) -> None:
    assert problems(path_of(code), found) == []
    assert len(found) > 350


@pytest.mark.parametrize("code", [*LANGUAGES, *REGIONS])
def test_the_files_are_up_to_date(code: str, found: Catalog, tmp_path: Path) -> None:
    copy = tmp_path / f"{code}.po"
    copy.write_bytes(path_of(code).read_bytes())
    update(copy, found)
    assert copy.read_text(encoding="utf-8") == path_of(code).read_text(encoding="utf-8"), "run make translations"


@pytest.mark.parametrize(
    ("context", "message", "translation", "problem"),
    [
        (None, "Deleted: {name}", "Gelöscht: {nome}", "other {places} than in English"),
        (None, "Mean {mean:.2f} nats per character", "Im Mittel {mean} Nats", "other {places} than in English"),
        (None, "Stopped.", "Gestoppt. ", "other white space at the ends than in English"),
        (None, "1,234.5", "1,234.5", "not '1.234,5'"),
        (None, "12%", "12%", "not '12\\xa0%'"),
        (None, "see /settings", "siehe /settings", "doesn't name /einstellungen"),
        (None, "Preset {name}", "Profil {name}", "doesn't say 'vorlage' for 'preset'"),
        (None, "Stopped.", "", "not translated"),
        ("command", "dial", "Reg ler", "Discord takes no name like 'Reg ler'"),
        ("option", "model", "modell" * 6, f"Discord takes no name like '{'modell' * 6}'"),
        (None, "Nobody says this any more.", "Das sagt niemand mehr.", "no longer in use"),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(
    tmp_path: Path, found: Catalog, context: str | None, message: str, translation: str, problem: str
) -> None:
    catalog = read(path_of("de"))
    if own := catalog.get(message, context):
        own.string = translation
    else:
        catalog.add(message, translation, context=context)
    path = tmp_path / "de.po"
    path.write_text(content(catalog), encoding="utf-8")
    (said,) = problems(path, found)
    assert said == f"de.po: {problem}: {message!r}"


def test_the_glossary_holds_the_terms() -> None:
    terms = ("temperature", "seed", "prompt", "preset", "model")
    assert {code: tuple(own) for code, own in glossary().items()} == dict.fromkeys(LANGUAGES, terms)


def said(path: Path) -> Iterator[str]:
    """Yield the messages that a module looks up."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in KEYWORDS:
                yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


def test_every_message_that_is_said_is_collected(found: Catalog) -> None:
    """Babel finds none within an f-string."""
    known = {text for message in found if message.id for text in originals_of(message)}
    assert {text for path in BOT.rglob("*.py") for text in said(path)} <= known


def literals(path: Path) -> Iterator[str]:
    """Yield the texts in a module, without docstrings and what goes to the log."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Expr) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def test_no_words_are_left_in_the_code(found: Catalog) -> None:
    """A text with a capital letter at its start, or of several words, is for people."""
    known = {text for message in found if message.id for text in originals_of(message)}
    paths = [path for path in REPLIES.rglob("*.py") if path != FOR_OPERATORS]
    left = {
        (path.name, text)
        for path in paths
        for text in literals(path)
        if re.search(r"^\W*[A-Z][a-z]{2}|[A-Za-z]{2,} [A-Za-z]{2,}", text) and text not in known | NO_WORDS
    }
    assert left == set()
    assert len(paths) > 15
