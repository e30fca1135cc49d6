"""Escape any text so that Discord shows it literally: without markdown, mentions, emoji, links or invites."""

import re
import unicodedata

# A backslash before one of these escapes it: emphasis, code, spoilers, mentions, timestamps, masked links,
# @everyone, and the slashes of links and invites.
_ANYWHERE = re.compile(r"[\\*_~`|<@\[/]")
# :emoji: and scheme: need something right after the colon.
_COLON = re.compile(r":(?=\S)")
# Headings, small print, quotes and lists, at the start of a line.
_LINE_START = re.compile(r"^([^\S\n]*)(?=[#>+-]+[\s#])", re.MULTILINE)
_NUMBERED = re.compile(r"^([^\S\n]*\d+)(?=[.)]\s)", re.MULTILINE)
# Control characters that clients drop, and bidirectional overrides, which would reverse a line.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# Asterisks must touch a letter, and emphasis ends with the line.
_LINE = re.compile(r"\S(?:.*\S)?")


def literal(text: str) -> str:
    """Return `text` escaped so that Discord shows it unchanged, wherever it is inserted."""
    text = _INVISIBLE.sub("\ufffd", text.replace("\r\n", "\n"))
    text = _ANYWHERE.sub(r"\\\g<0>", text)
    text = _COLON.sub(r"\\:", text)
    text = _LINE_START.sub(r"\1\\", text)
    return _NUMBERED.sub(r"\1\\", text)


def visible_form(character: str) -> str:
    """Return one character in a recognizable form: by its code point if it isn't visible alone."""
    unseen = unicodedata.category(character)[0] in "CMZ"  # control and unassigned characters, combining marks, spaces
    return f"U+{ord(character):04X}" if unseen else literal(character)


def bold(text: str) -> str:
    """Return `text` escaped and in bold."""
    return _LINE.sub(r"**\g<0>**", literal(text))
