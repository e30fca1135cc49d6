"""`make reference`: every command, option and setting as a page, from what Discord and pydantic are told.

It reads only payloads (`to_dict`), the fields of the settings and the comments in config.yaml.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast, get_args, get_origin

import discord
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tempera.bot.app import open_library
from tempera.bot.client import TemperaClient
from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import Settings
from tempera.bot.resources import Resources
from tempera.bot.running.measures import Measures
from tempera.bot.running.uncertain import UncertainResponses

ROOT = Path(__file__).parent.parent
CONFIG, PAGE = ROOT / "config.yaml", ROOT / "docs" / "reference.md"
ADMIN_GUILD = discord.Object(1)
CHAT_INPUT = 1
SUBCOMMAND, GROUP = 1, 2
KINDS = {3: "text", 4: "whole number", 5: "yes or no", 6: "user", 7: "channel", 8: "role", 10: "number"}
CONTEXTS = {0: "servers", 1: "direct messages with the bot", 2: "all other direct messages"}
COMMENT = re.compile(r"^ +\S+: .*?# (?P<meaning>.+?)\. Default (?P<default>\S+); ")
HEADER = """# Reference

Every command, option and setting. `make reference` writes this page from the bot itself, with the `config.yaml` that
comes with it.
"""
Payload = dict[str, Any]


def page() -> str:
    """Return the page."""
    return "\n".join((HEADER, "## Commands\n", *command_lines(commands()), "## Settings\n", *settings_lines()))


def command_tree() -> discord.app_commands.CommandTree[Any]:
    """Return all commands, those of admins for ADMIN_GUILD alone."""
    settings = load_settings(CONFIG).replacing(admin={"guild_ids": (ADMIN_GUILD.id,)})
    resources = SimpleNamespace(  # what commands are built from
        settings=settings, library=open_library(settings), uncertain=UncertainResponses(), measures=Measures()
    )
    return TemperaClient(cast("Resources", resources), "").tree


def commands() -> list[Payload]:
    """Return what Discord is told of the commands, those of admins last."""
    tree = command_tree()
    everywhere, admins = tree.get_commands(), tree.get_commands(guild=ADMIN_GUILD)
    return [
        command.to_dict(tree) for each in (everywhere, admins) for command in sorted(each, key=lambda one: one.name)
    ]


def command_lines(payloads: list[Payload]) -> Iterator[str]:
    """Yield a section for each command."""
    for payload in payloads:
        if payload["type"] != CHAT_INPUT:
            yield f"### {payload['name']} (in a context menu)\n\n{where(payload)}\n"
            continue
        yield f"### /{payload['name']}\n"
        yield f"{payload['description']}. {where(payload)}\n"
        inner = [option for option in payload["options"] if option["type"] in (SUBCOMMAND, GROUP)]
        if not inner:
            yield from option_table(payload["options"])
        for option in inner:
            yield from subcommand_lines(payload["name"], option)


def where(payload: Payload) -> str:
    """Say where a command can be used, and who sees it."""
    contexts = payload.get("contexts") or CONTEXTS
    used = ", ".join(CONTEXTS[context] for context in contexts)
    needed = payload.get("default_member_permissions")
    if not needed:
        return f"In {used}."
    names = [
        name.replace("guild", "server").replace("_", " ").title()
        for name, held in discord.Permissions(int(needed))
        if held
    ]
    return f"In {used}; shown to members with {' and '.join(names)}."


def subcommand_lines(parent: str, option: Payload) -> Iterator[str]:
    """Yield a subcommand, or the subcommands of a group."""
    name = f"{parent} {option['name']}"
    if option["type"] == GROUP:
        for inner in option["options"]:
            yield from subcommand_lines(name, inner)
        return
    yield f"#### /{name}\n"
    yield f"{option['description']}.\n"
    yield from option_table(option["options"])


def option_table(options: list[Payload]) -> Iterator[str]:
    """Yield a table of options, nothing without any."""
    if not options:
        return
    yield from ("| option | meaning | values |", "| --- | --- | --- |")
    for option in options:
        needed = ", required" if option.get("required") else ""
        yield f"| `{option['name']}`{needed} | {cell(option['description'])} | {cell(values(option))} |"
    yield ""


def values(option: Payload) -> str:
    """Say what an option takes."""
    if option.get("choices"):
        return ", ".join(choice["name"] for choice in option["choices"])
    least, most = (option.get(f"{end}_length", option.get(f"{end}_value")) for end in ("min", "max"))
    kind = "characters" if "max_length" in option else KINDS[option["type"]]
    bounds = "" if least is None else f"{least:g} to {most:g}" if isinstance(least, float) else f"{least} to {most}"
    allowed = f"{bounds} {kind}" if kind == "characters" else f"{kind}, {bounds}" if bounds else kind
    return f"{allowed}; completes as you type" if option.get("autocomplete") else allowed


def settings_lines() -> Iterator[str]:
    """Yield a table for each section of config.yaml."""
    meanings = comments()
    for section, field in Settings.model_fields.items():
        kind = section_of(field)
        assert kind is not None, f"{section} is not a section"
        yield f"### {section}\n"
        yield f"{kind.__doc__}\n"
        yield from ("| key | meaning | default | values |", "| --- | --- | --- | --- |")
        for path, inner in keys((section,), kind):
            meaning, default = meanings[path]
            yield f"| `{'.'.join(path)}` | {cell(meaning)} | `{default}` | {cell(allowed(inner))} |"
        yield ""


def keys(path: tuple[str, ...], kind: type[BaseModel]) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Yield the place and field of every key; NAME stands for any name."""
    for key, field in kind.model_fields.items():
        yield (*path, key), field
        if get_origin(field.annotation) is Mapping:
            yield from keys((*path, key, "NAME"), get_args(field.annotation)[1])
        elif inner := section_of(field):
            yield from keys((*path, key), inner)


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return what a section is made of, None for a plain value."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def comments() -> dict[tuple[str, ...], tuple[str, str]]:
    """Return meaning and default of each key, as its comment in config.yaml has them; a key without one is a NAME."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    above: tuple[str, ...] = ()
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        if not (key := re.match(r"( *)([\w-]+):", line)):
            continue
        comment = COMMENT.match(line)
        above = (*above[: len(key[1]) // 2], key[2] if comment or not key[1] else "NAME")
        if comment:
            found[above] = comment["meaning"], comment["default"]
    return found


def allowed(field: FieldInfo) -> str:
    """Say which values a key takes."""
    bounds = {name: getattr(part, name) for part in field.metadata for name in ("ge", "le") if hasattr(part, name)}
    if bounds:
        return f"{bounds['ge']:g} to {bounds['le']:g}"
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(str, get_args(field.annotation)))
    return field.description or ""


def cell(text: str) -> str:
    """Return a text as a table's cell."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
