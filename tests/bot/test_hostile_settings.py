"""A settings file that is no settings file, or holds what mustn't be in one: refused quickly, and never quoted."""

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempera.bot.config.loader import MAX_BYTES, load_settings
from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import SettingsInvalid
from tempera.sandbox.server import Sandbox
from tests.bot.admin_play import reload, write_admin
from tests.bot.conftest import bot_in, written
from tests.bot.processes import replace_in

TOKEN = "MTA4OTk1NjQ0NzM5MjQ1MTY2NQ.GhT4xZ.q8VbN3kLmPz7RtYw2QsX5cD9fJ1hG6aE0uIoSv"
ALIASES = "".join(
    f"a{level}: &a{level} [{', '.join(['x'] * 9 if not level else [f'*a{level - 1}'] * 9)}]\n" for level in range(9)
)


def problems(config: Path, added: str) -> str:
    config.write_text(f"{config.read_text(encoding='utf-8')}{added}\n", encoding="utf-8")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(config)
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    "added",
    [
        *(f"token: {TOKEN}", f"discord: {{token: {TOKEN}}}", f"logging: {{level: {TOKEN}}}", f"logging: {TOKEN}"),
        *(f"storage: {{url: {TOKEN}}}", f"queue: {{max_running: {TOKEN}}}", f"admin: {{user_ids: [{TOKEN}]}}"),
        *(f"admin: {{user_ids: {TOKEN}}}", f"{TOKEN}: 5", f"monitoring: {{host: 5, {TOKEN}: 1}}"),
        *(f"generation: {{default_length: '{TOKEN}'}}", f"presets: [{TOKEN}]", f"queue: {{max_running: [{TOKEN}]}}"),
        *(f"x: !{TOKEN} 5", f"x: *{TOKEN}", f'"{TOKEN}', f"{TOKEN}: 1\n{TOKEN}: 2", f"models: {{default: {TOKEN}}}"),
        *(f"models: {{folder: /{TOKEN}}}", f"models: {{overrides: {{{TOKEN}: 5}}}}", TOKEN),
        "storage: {url: 'postgresql://me:hunter2@db/x'}",
    ],
    ids=lambda added: added.replace(TOKEN, "TOKEN")[:40],
)
def test_a_secret_in_the_file_is_never_quoted(config: Path, added: str) -> None:
    text = config.read_text(encoding="utf-8")
    section = added.partition(":")[0]
    if f"\n{section}:\n" in text:  # instead of the section that is there
        head, _, tail = text.partition(f"\n{section}:\n")
        config.write_text(head + "\n" + tail[tail.find("\n", tail.rfind("\n  ") + 1) :], encoding="utf-8")
    said = problems(config, added)
    assert said
    assert "hunter2" not in said
    assert not [part for part in TOKEN.split(".") if part in said]
    assert all(len(line) < 400 for line in said.splitlines())


def test_aliases_are_refused_before_they_stand_for_anything(config: Path) -> None:
    started_at = time.monotonic()
    said = problems(config, f"{ALIASES}presets: {{per_user: *a8}}")
    assert time.monotonic() - started_at < 5
    assert "aliases (*) are not supported" in said
    assert len(said) < 300


@pytest.mark.parametrize("added", ["x: {<<: *a}", "x: &a [*a]", "x: !!python/object/apply:os.system [ls]"])
def test_what_a_settings_file_does_not_need_is_refused(config: Path, added: str) -> None:
    assert problems(config, added)


def test_a_huge_file_is_refused_unread(config: Path) -> None:
    assert f"more than the maximum of {MAX_BYTES:,}" in problems(config, "# " + "x" * MAX_BYTES)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path, make: object) -> None:
    path = tmp_path / "config.yaml"
    make(path)  # type: ignore[operator]
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(path)
    assert "is not a regular file" in str(caught.value) or "Is a directory" in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: \x00", b"\x80", b"[" * 90_000, b"{a: " * 20_000, b"- " * 40_000])
def test_what_is_no_text_is_refused_in_a_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(path)
    (said,) = caught.value.problems
    assert len(said) < 400


YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Settings.model_fields]) | st.text(max_size=8) | st.integers(), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | YAML.map(lambda x: yaml.dump(x).encode())
)
def test_any_file_is_settings_or_refused_in_short_lines(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    problems: tuple[str, ...] = ()
    try:
        load_settings(path)
    except SettingsInvalid as error:
        problems = error.problems or ("nothing said",)
    assert all(len(line) < 600 and "\n" not in line and line != "nothing said" for line in problems)


@pytest.mark.slow
async def test_a_reload_of_aliases_keeps_nobody_waiting(sandbox: Sandbox, config: Path) -> None:
    write_admin(config, sandbox)
    async with bot_in(sandbox, load_settings(config)):
        replace_in(config, "models:", f"{ALIASES}presets: {{per_user: *a8}}\nmodels:")
        refused = await reload(sandbox)
        assert "aliases" in refused
        assert len(refused) < 400
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
