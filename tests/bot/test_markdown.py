import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser

from tempera.bot.replies.markdown import bold, literal
from tempera.sandbox.server import Sandbox

NASTY = [
    "**bold** *italic* __underline__ ~~strike~~ ||spoiler||",
    "`code` ``more`` ```fence```",
    "```py\nimport os\n```",
    "``````````",
    "unclosed ``` and ** and __",
    "@everyone @here <@123> <@!123> <@&5> <#1> <id:browse>",
    "</generate:1> <:emoji:1> <a:party:22> <t:0> <t:0:R> :smile: ::x::",
    "https://example.com/a_b HTTP://X.Y steam://run/1 <https://example.com> www.example.com/x",
    "discord.gg/abc discord.com/invite/abc discordapp.com/invite/abc https://discord.gg/abc discord.new/xyz",
    "[text](http://b.c) [text](<http://b.c>) ![i](http://b.c)",
    "# one\n## two\n### three\n-# small\n> quote\n>>> all of it",
    "- item\n  - inner\n* star\n+ plus\n1. first\n12) twelfth",
    "trailing spaces   \n   leading",
    "a\u200bb\u200dc \u2060",
    "back\\slash \\* \\\\ \\",
    "mailto:a@b.c <mailto:a@b.c> <tel:+123>",
    "\n",
    "\n\n\n",
    "",
    " ",
    "¯\\_(ツ)_/¯",
    "ROMEO:\nWhat, say you -- he's gone; 3.5 times?",
]
# What Discord makes something of, once escaped characters are taken out.
ACTIVE = re.compile(
    r"[*_~`|<@\[/]|:(?=\S)|^[^\S\n]*(?:#{1,3}|-#?|>|>>>|\+|\d+[.)])\s",
    re.MULTILINE,
)
# What link previews, invites and notifications look for in the bare content.
BARE = re.compile(r"\w+://|discord(?:app)?\.(?:gg|com|new)/|<@[!&]?\d")


def read(content: str) -> str:
    """What a reader sees of escaped text: a backslash before punctuation is taken away."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", content)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_generated_text_acts(text: str) -> None:
    content = literal(text)
    assert not ACTIVE.search(re.sub(r"\\[^0-9A-Za-z\s]", "\u25a1", content))
    assert not BARE.search(content)


@pytest.mark.parametrize("text", NASTY)
def test_generated_text_reads_as_it_was_written(text: str) -> None:
    assert read(literal(text)) == text


@pytest.mark.parametrize("text", NASTY)
def test_it_stays_literal_next_to_any_other_text(text: str) -> None:
    pair = literal("1") + literal(text) + "\n" + literal(text)
    assert not ACTIVE.search(re.sub(r"\\[^0-9A-Za-z\s]", "\u25a1", pair))


RENDER = """async (contents) => {
    const { render } = await import("/page/messages/markdown.js");
    return contents.map((content) => {
        const message = document.createElement("div");
        message.append(...render(content, {}));
        return [message.textContent, [...message.querySelectorAll("*")].map((node) => node.localName)];
    });
}"""


async def test_a_page_that_renders_markdown_shows_plain_text(sandbox: Sandbox, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(sandbox.url)
    contents = [f"{bold(text)}{literal(text)}\n-# small" for text in NASTY]
    for text, (shown, elements) in zip(NASTY, await page.evaluate(RENDER, contents), strict=True):
        assert shown.replace("\n", "") == f"{text}{text}small".replace("\n", "")
        assert elements.count("small") == 1
        assert set(elements) <= {"strong", "small"}


@pytest.mark.parametrize("control", ["\x00", "\r", "\x1b", "\u202e", "\u202d", "\u2066"])
def test_what_would_vanish_or_turn_the_line_is_seen(control: str) -> None:
    assert literal(f"a{control}b") == "a\ufffdb"


def test_ordinary_prose_copies_clean() -> None:
    prose = 'ROMEO:\nWhat, say you? He\'s gone -- 3.5 times; "ay" (so it is)! 漢字, Straße, ¿qué?\n\tEnd.'
    assert literal(prose) == prose


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("ROMEO:", "**ROMEO:**"),
        (" two  words \n\n last", " **two  words** \n\n **last**"),
        ("", ""),
        ("\n", "\n"),
        ("*", r"**\***"),
        ("a\\", "**a\\\\**"),
    ],
)
def test_bold_touches_letters_on_every_line(text: str, content: str) -> None:
    assert bold(text) == content


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_any_text_is_shown_as_it_is(text: str) -> None:
    shown = literal(text)
    assert re.sub(r"\\(.)", r"\1", shown) == re.sub("\r\n", "\n", text) or "\ufffd" in shown
    assert not re.search(r"(?<!\\)(\\\\)*[@<`*_~|\[/]", shown), "each stands behind a backslash"
