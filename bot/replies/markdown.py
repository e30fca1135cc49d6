"""Any text as Discord shows it letter by letter: no markdown, mention, emoji, link or invite in it acts."""

import re
import unicodedata

# A backslash before one of these takes its meaning: emphasis, code, spoilers, mentions, timestamps, masked links,
# @everyone, and the slashes without which neither a link nor an invite is one.
_ANYWHERE = re.compile(r"[\\*_~`|<@\[/]")
# :emoji: and scheme: need something right after the colon.
_COLON = re.compile(r":(?=\S)")
# Headings, small print, quotes and lists, at the start of a line.
_LINE_START = re.compile(r"^([^\S\n]*)(?=[#>+-]+[\s#])", re.MULTILINE)
_NUMBERED = re.compile(r"^([^\S\n]*\d+)(?=[.)]\s)", re.MULTILINE)
# Controls that clients swallow, and the bidirectional overrides that would turn a line round.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# Stars must touch a letter, and the end of a line may end them.
_LINE = re.compile(r"\S(?:.*\S)?")


def literal(text: str) -> str:
    """Return `text` so that it reads the same and nothing in it acts, wherever it stands."""
    text = _INVISIBLE.sub("\ufffd", text.replace("\r\n", "\n"))
    text = _ANYWHERE.sub(r"\\\g<0>", text)
    text = _COLON.sub(r"\\:", text)
    text = _LINE_START.sub(r"\1\\", text)
    return _NUMBERED.sub(r"\1\\", text)


def visible_form(character: str) -> str:
    """Return one character so that it can be told from others: by its number if it shows nothing of its own."""
    unseen = unicodedata.category(character)[0] in "CMZ"  # controls and unassigned ones, combining marks, spaces
    return f"U+{ord(character):04X}" if unseen else literal(character)


def bold(text: str) -> str:
    """Return `text` literally, in bold."""
    return _LINE.sub(r"**\g<0>**", literal(text))
