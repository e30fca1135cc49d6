"""A preset is one name with one person, or one with one server; two at once can't break that."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tempera.storage.database import Database
from tempera.storage.errors import PresetLimitReached, PresetNameTaken, UnknownPreset
from tempera.storage.presets import (
    Preset,
    PresetValues,
    change_preset,
    count_use,
    delete_preset,
    find_preset,
    own_preset,
    preset_name,
    ranked_presets,
    save_preset,
    share_preset,
    unshare_preset,
)

ALICE, BOB = 2**62, 2**62 + 1
SERVER, OTHER_SERVER = 2**61, 2**61 + 1
VALUES = PresetValues(
    model="shakespeare",
    params={"temperature": 0.0, "top_k": 40, "top_p": 0.95, "length": 4000, "seed": 0},
    opening="Enter\n漢 é\n",
    language="fr",
)


async def save(database: Database, name: str, user_id: int = ALICE, limit: int = 9) -> Preset:
    return await save_preset(database, user_id, name, PresetValues(params={"temperature": 0.5}), limit)


async def names(database: Database, user_id: int | None, guild_id: int | None, typed: str = "") -> list[str]:
    return [preset.name for preset in await ranked_presets(database, user_id, guild_id, typed)]


async def test_a_preset_comes_back_as_it_was_saved(database: Database) -> None:
    saved = await save_preset(database, ALICE, "Noir", VALUES, 9)
    assert saved == await find_preset(database, ALICE, None, "noir")
    assert saved.values == VALUES
    assert (saved.name, saved.owner_id, saved.guild_id, saved.uses) == ("noir", ALICE, None, 0)
    nothing = await save_preset(database, ALICE, "nothing", PresetValues(), 9)
    assert (await own_preset(database, ALICE, "nothing")).values == nothing.values == PresetValues()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Noir", "noir"), ("  film \t  NOIR ", "film noir"), ("e\u0301", "é"), ("ÉCLAT", "éclat"), (" ", "")],
)
async def test_a_name_is_the_same_however_it_is_typed(typed: str, stored: str) -> None:
    assert preset_name(typed) == preset_name(stored) == stored


async def test_a_name_stands_once_with_each_person(database: Database) -> None:
    first = await save(database, "noir")
    with pytest.raises(PresetNameTaken) as taken:
        await save_preset(database, ALICE, " NOIR", VALUES, 9)
    assert (taken.value.name, taken.value.shared) == ("noir", False)
    assert await find_preset(database, ALICE, None, "noir") == first
    assert await save(database, "noir", BOB) != first


async def race(*tasks: Coroutine[Any, Any, object]) -> list[type]:
    return [type(outcome) for outcome in await asyncio.gather(*tasks, return_exceptions=True)]


async def test_of_two_who_save_one_name_at_once_one_is_told(database: Database) -> None:
    outcomes = await race(*(save(database, "noir") for _ in range(8)))
    assert sorted(map(str, outcomes)) == sorted(map(str, [Preset] + [PresetNameTaken] * 7))
    await save(database, "noir", BOB)
    shares = (share_preset(database, user_id, SERVER, "noir", 9) for user_id in (ALICE, BOB))
    assert set(await race(*shares)) == {Preset, PresetNameTaken}


async def test_nobody_stores_more_than_the_limit_also_when_all_come_at_once(database: Database) -> None:
    outcomes = await race(*(save(database, f"preset {number}", limit=3) for number in range(8)))
    assert (outcomes.count(Preset), outcomes.count(PresetLimitReached)) == (3, 5)
    assert len(await names(database, ALICE, None)) == 3
    with pytest.raises(PresetLimitReached) as reached:
        await save(database, "one more", limit=3)
    assert (reached.value.limit, reached.value.shared) == (3, False)
    await save(database, "of another", BOB, limit=1)
    await delete_preset(database, ALICE, (await names(database, ALICE, None))[0])
    await save(database, "one more", limit=3)


async def test_a_server_shares_no_more_than_its_limit(database: Database) -> None:
    for name in ("first", "second"):
        await save(database, name)
    await share_preset(database, ALICE, SERVER, "first", 1)
    with pytest.raises(PresetLimitReached) as reached:
        await share_preset(database, ALICE, SERVER, "second", 1)
    assert (reached.value.limit, reached.value.shared) == (1, True)
    await share_preset(database, ALICE, OTHER_SERVER, "second", 1)
    await save(database, "third", limit=3)  # what a server shares does not count as one's own


async def test_what_a_server_shares_is_a_copy(database: Database) -> None:
    own = await save_preset(database, ALICE, "noir", VALUES, 9)
    shared = await share_preset(database, ALICE, SERVER, "Noir", 9)
    assert shared.values == VALUES
    assert (shared.owner_id, shared.guild_id, shared.uses) == (ALICE, SERVER, 0)
    await change_preset(database, own, PresetValues(params={"seed": 1}))
    await delete_preset(database, ALICE, "noir")
    assert await find_preset(database, BOB, SERVER, "noir") == shared


async def test_a_server_sees_only_what_it_shares_itself(database: Database) -> None:
    await save(database, "noir")
    await share_preset(database, ALICE, SERVER, "noir", 9)
    assert await find_preset(database, BOB, SERVER, "noir")
    for guild_id in (OTHER_SERVER, None):
        assert await find_preset(database, BOB, guild_id, "noir") is None
        assert await names(database, BOB, guild_id) == []
        assert await names(database, None, guild_id) == []


async def test_ones_own_preset_goes_before_a_shared_one_of_the_same_name(database: Database) -> None:
    await save_preset(database, BOB, "noir", VALUES, 9)
    await share_preset(database, BOB, SERVER, "noir", 9)
    own = await save(database, "noir")
    assert await find_preset(database, ALICE, SERVER, "noir") == own
    assert await ranked_presets(database, ALICE, SERVER) == [own]
    assert (await find_preset(database, ALICE, SERVER, "noir")) == own


async def test_the_most_used_comes_first(database: Database) -> None:
    presets = {name: await save(database, name) for name in ("ab", "b", "bc", "c")}
    assert await names(database, ALICE, None, "b") == ["b", "bc", "ab"]
    for name in ("ab", "ab", "c"):
        await count_use(database, presets[name].id)
    assert await names(database, ALICE, None) == ["ab", "c", "b", "bc"]
    assert await names(database, ALICE, None, " B ") == ["ab", "b", "bc"]
    assert [preset.uses for preset in await ranked_presets(database, ALICE, None, limit=2)] == [2, 1]


async def test_shared_and_own_are_ranked_together(database: Database) -> None:
    await save(database, "of bob", BOB)
    shared = await share_preset(database, BOB, SERVER, "of bob", 9)
    await save(database, "mine")
    await count_use(database, shared.id)
    assert await names(database, ALICE, SERVER) == ["of bob", "mine"]
    assert await names(database, None, SERVER) == ["of bob"]


@pytest.mark.parametrize("typed", ["%", "_", "'", '"; DROP TABLE presets; --'])
async def test_what_is_typed_is_searched_for_as_it_stands(database: Database, typed: str) -> None:
    await save(database, "noir")
    assert await names(database, ALICE, None, typed) == []
    await save(database, f"a{typed}b")
    assert await names(database, ALICE, None, typed) == [preset_name(f"a{typed}b")]


async def test_changing_a_preset_changes_it_alone_and_keeps_its_uses(database: Database) -> None:
    own, other = await save(database, "noir"), await save(database, "other")
    await count_use(database, own.id)
    await change_preset(database, own, VALUES)
    assert await own_preset(database, ALICE, "noir") == replace(own, uses=1, **asdict(VALUES))
    assert await own_preset(database, ALICE, "other") == other


async def test_a_preset_deleted_meanwhile_is_not_changed(database: Database) -> None:
    own = await save(database, "noir")
    await delete_preset(database, ALICE, "noir")
    again = await save(database, "noir")
    with pytest.raises(UnknownPreset):
        await change_preset(database, own, VALUES)
    assert await own_preset(database, ALICE, "noir") == again


async def test_only_ones_own_can_be_deleted_and_only_a_servers_unshared(database: Database) -> None:
    await save(database, "noir", BOB)
    await share_preset(database, BOB, SERVER, "noir", 9)
    await save(database, "other")
    with pytest.raises(UnknownPreset) as unknown:
        await delete_preset(database, ALICE, "Noir")
    assert (unknown.value.name, unknown.value.known) == ("noir", ("other",))
    with pytest.raises(UnknownPreset) as unknown:
        await unshare_preset(database, OTHER_SERVER, "noir")
    assert unknown.value.known == ()
    with pytest.raises(UnknownPreset) as unknown:
        await unshare_preset(database, SERVER, "other")
    assert unknown.value.known == ("noir",)
    with pytest.raises(UnknownPreset):
        await share_preset(database, ALICE, OTHER_SERVER, "noir", 9)
    await unshare_preset(database, SERVER, "NOIR")
    assert await names(database, None, SERVER) == []
    assert await names(database, BOB, None) == ["noir"]


async def test_everything_asked_for_is_found_by_an_index(database: Database, path: Path) -> None:
    await save(database, "noir")
    asked = (
        "owner_id = 1 AND guild_id IS NULL AND name = 'noir' OR guild_id = 2 AND guild_id IS NOT NULL",
        "owner_id = 1 AND guild_id IS NULL",
        "guild_id = 2 AND name = 'noir'",
    )
    with closing(sqlite3.connect(path)) as connection:
        for condition in asked:
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM presets WHERE {condition}").fetchall()
            assert not [step for *_, step in plan if step.startswith("SCAN")]
