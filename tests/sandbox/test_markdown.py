"""The page's markdown renders as in Discord, and text never becomes HTML."""

from playwright.async_api import Browser, expect

from tempera.sandbox.server import Sandbox

CASES = {
    "**bold** *it* _it_ __under__ ~~gone~~": "<strong>bold</strong> <em>it</em> <em>it</em> <u>under</u> <s>gone</s>",
    "***both***": "<strong><em>both</em></strong>",
    "__**nested**__": "<u><strong>nested</strong></u>",
    r"\*plain\* \_ \` \\": r"*plain* _ ` \ ".rstrip(),
    "snake_case_name * 2 * 3": "snake_case_name * 2 * 3",
    "`code **not bold**`": "<code>code **not bold**</code>",
    "``a ` b``": "<code>a ` b</code>",
    "```\nROMEO:\n  *x*\n```": "<pre><code>ROMEO:\n  *x*</code></pre>",
    "```py\nx = 1\n```after": '<pre><code data-language="py">x = 1</code></pre>after',
    "> one\n> two\nout": "<blockquote>one\ntwo</blockquote>out",
    ">>> all\nof it": "<blockquote>all\nof it</blockquote>",
    "# One\n## Two\nrest": '<h3 class="heading-1">One</h3><h4 class="heading-2">Two</h4>rest',
    "text\n-# small **b**": 'text\n<small class="subtext">small <strong>b</strong></small>',
    "#no heading > no quote": "#no heading &gt; no quote",
    "- a\n  - b": '<ul><li class="level-0">a</li><li class="level-1">b</li></ul>',
    "3. a": '<ol><li class="level-0" value="3">a</li></ol>',
    "<b>x</b><img src=x onerror=alert(1)>": "&lt;b&gt;x&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;",
    "**<i>x</i>** `<i>`": "<strong>&lt;i&gt;x&lt;/i&gt;</strong> <code>&lt;i&gt;</code>",
    "[a](javascript:alert(1))": "[a](javascript:alert(1))",
    "<:smile:123>": '<span class="emoji">:smile:</span>',
    "</generate:1>": '<span class="slash">/generate</span>',
    "@everyone": '<span class="mention">@everyone</span>',
    "<@&1> <#1>": '<span class="mention">@unknown-role</span> #unknown',
    "line\n\n  two": "line\n\n  two",
    "**": "**",
    "ÄÖ 日本語 👍": "ÄÖ 日本語 👍",
}
LINK = 'target="_blank" rel="noopener noreferrer nofollow"'
LINKS = {
    "see https://a.example/x_y_z.": f'see <a href="https://a.example/x_y_z" {LINK}>https://a.example/x_y_z</a>.',
    "<https://a.example>": f'<a href="https://a.example" {LINK}>https://a.example</a>',
    "[the *a*](https://a.example)": f'<a href="https://a.example" {LINK}>the <em>a</em></a>',
}
RENDER = """async (texts) => {
  const { render } = await import("/page/messages/markdown.js");
  const message = { mentions: [], mention_roles: [], mention_everyone: false };
  const context = { members: new Map(), roles: new Map(), channels: new Map(), message };
  return texts.map((text) => {
    const div = document.createElement("div");
    div.append(...render(text, context));
    return div.innerHTML;
  });
}"""


async def test_markdown_is_rendered_as_discord_does(sandbox: Sandbox, browser: Browser) -> None:
    cases = CASES | LINKS
    page = await browser.new_page()
    await page.goto(sandbox.url)
    rendered = await page.evaluate(RENDER, list(cases))
    assert dict(zip(cases, rendered, strict=True)) == cases


async def test_spoilers_open_on_a_click_and_times_are_local(sandbox: Sandbox, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(sandbox.url)
    await sandbox.post("||the end|| <t:0:R>")
    spoiler = page.locator(".spoiler")
    await expect(spoiler).to_have_accessible_name("Spoiler")
    await expect(spoiler).to_have_attribute("aria-expanded", "false")
    await spoiler.click()
    await expect(spoiler).to_have_accessible_name("the end")
    await expect(spoiler).to_have_attribute("aria-expanded", "true")
    assert "years ago" in await page.locator("time.stamp").inner_text()


async def test_long_nasty_text_is_rendered_quickly(sandbox: Sandbox, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(sandbox.url)
    nasty = [(mark * 2000)[:2000] for mark in ("*", "_ ", "`", "||", "[", "> ", "~", "**a", "<@", "- ")]
    timed = "const start = performance.now(); await render(texts); return performance.now() - start;"
    milliseconds = await page.evaluate(f"async (texts) => {{ const render = {RENDER}; {timed} }}", nasty)
    assert milliseconds < 5000
