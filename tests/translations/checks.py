"""What can be wrong with a catalogue."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.numbers import format_decimal, format_percent
from discord.app_commands import Group

from tempera.bot.replies.translation.catalog import NUMBER, PERCENTAGE
from tests.reference import ADMIN_GUILD, command_tree
from tests.translations.catalogues import REGIONS, is_translated, originals_of, path_of, read, translations_of

GLOSSARY = Path(__file__).parents[2] / "docs" / "translating.md"
COMMAND = re.compile(r"(?<![\w/}])/(\w[\w-]*)(?: (\w[\w-]*))?")
# Of Discord: developers/interactions/application-commands#application-command-object-application-command-naming
NAME = re.compile(r"[-_'\w]{1,32}")
IN_MENU = "Continue this"  # a context menu's name may have spaces


def problems(path: Path, messages: Catalog) -> list[str]:
    """Return what is wrong with a catalogue, a line each."""
    catalog, code = read(path), path.stem
    names = read(path_of(REGIONS[code])) if code in REGIONS else catalog
    found = []
    for wanted in filter(lambda each: each.id, messages):
        message = catalog.get(wanted.id, wanted.context)
        if message and is_translated(message):
            found += [f"{problem}: {wanted.id!r}" for problem in _wrong_with(message, names, code)]
        elif code not in REGIONS:
            found.append(f"not translated: {wanted.id!r}")
    gone = [each.id for each in catalog if each.id and messages.get(each.id, each.context) is None]
    return [f"{path.name}: {each}" for each in (*found, *(f"no longer in use: {each!r}" for each in gone))]


def _wrong_with(message: Message, names: Catalog, code: str) -> Iterator[str]:
    originals, translations = originals_of(message), translations_of(message)
    allowed = [_places(original) for original in originals]
    if not all(_places(each) in allowed for each in translations):
        yield "other {places} than in English"
    if [_edges(each) for each in translations] != [_edges(originals[-1])] * len(translations):
        yield "other white space at the ends than in English"
    if originals[0] in (NUMBER, PERCENTAGE) and translations[0] != _number(originals[0], code):
        yield f"not {_number(originals[0], code)!r}"
    if message.context in ("command", "option"):
        yield from _wrong_with_name(originals[0], translations[0])
    elif message.context is None:
        yield from _wrong_commands(originals, translations, names)
    yield from _wrong_terms(originals, translations, code)


def _places(text: str) -> set[tuple[str, str | None]]:
    return {(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None}


def _edges(text: str) -> tuple[str, str]:
    bare = text.strip()
    return text[: text.find(bare)], text[text.find(bare) + len(bare) :]


def _number(original: str, code: str) -> str:
    locale = code.replace("-", "_")
    return (
        format_decimal(1234.5, "#,##0.0", locale=locale) if original == NUMBER else format_percent(0.12, locale=locale)
    )


def _wrong_with_name(original: str, name: str) -> Iterator[str]:
    if original != IN_MENU and (not NAME.fullmatch(name) or name != name.lower()):
        yield f"Discord takes no name like {name!r}"


def _wrong_commands(originals: tuple[str, ...], translations: tuple[str, ...], names: Catalog) -> Iterator[str]:
    wanted = {own for each in originals for own in _in_language(each, names)}
    for translation in translations:
        if missing := [own for own in sorted(wanted) if own not in translation]:
            yield f"doesn't name {', '.join(missing)}"


def _in_language(text: str, names: Catalog) -> Iterator[str]:
    """Yield the commands that a message names, by their names in a language."""
    for name, inner in COMMAND.findall(text):
        if own := names.get(name, "command"):
            inside = names.get(inner, "command") if inner in _subcommands(name) else None
            yield f"/{own.string or name}" + (f" {inside.string}" if inside else "")


@cache
def _subcommands(name: str) -> set[str]:
    tree = command_tree()
    command = tree.get_command(name) or tree.get_command(name, guild=ADMIN_GUILD)
    return {each.name for each in command.commands} if isinstance(command, Group) else set()


def _wrong_terms(originals: tuple[str, ...], translations: tuple[str, ...], code: str) -> Iterator[str]:
    original = re.sub(r"\{.*?\}|`.*?`", "", originals[0]).casefold()
    for term, own in glossary()[code.partition("-")[0]].items():
        if re.search(rf"\b{term}s?\b", original) and not all(own in each.casefold() for each in translations):
            yield f"doesn't say {own!r} for {term!r}"


@cache
def glossary() -> dict[str, dict[str, str]]:
    """Return the terms of each language, by the English ones."""
    table = [line.strip("| ").split(" | ") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if "|" in line]
    (_, *codes), _, *rows = table
    return {code: {term: own[column].casefold() for term, *own in rows} for column, code in enumerate(codes)}
