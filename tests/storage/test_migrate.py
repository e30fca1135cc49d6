"""An upgrade is done completely or not at all, and keeps a backup of the database before it."""

import asyncio
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from tempera import storage
from tempera.storage.database import Database, open_database
from tempera.storage.errors import DatabaseUnusable, MigrationFailed
from tempera.storage.file.word_index import INDEX
from tempera.storage.migrate import KEPT_BACKUPS, migrate
from tempera.storage.presets import ranked_presets
from tempera.storage.servers.channel_settings import ScopeSettings, settings_of
from tempera.storage.tables import Base
from tempera.storage.texts.history import NewGeneration, find_generation
from tests.storage.rows import begin

ROOT = Path(storage.__file__).parents[1]
VERSIONS = ROOT / "storage/migrations/versions"
FIRST, *_, NEWEST = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))
NEXT = f"{int(NEWEST) + 1:04}"

AddMigration = Callable[[str, str, str], str]


@pytest.fixture
def add_migration(tmp_path: Path) -> AddMigration:
    """Return a function that adds one more migration to a copy of ours and names the copy's folder."""
    scripts = tmp_path / "migrations"
    shutil.copytree(ROOT / "storage/migrations", scripts, ignore=shutil.ignore_patterns("__pycache__"))

    def add(revision: str, follows: str, body: str) -> str:
        lines = "\n    ".join(body.strip().splitlines())
        (scripts / "versions" / f"{revision}_more.py").write_text(
            "import contextlib, os, signal, sqlite3\nimport sqlalchemy as sa\nfrom alembic import op\n"
            f"revision, down_revision = {revision!r}, {follows!r}\ndef upgrade():\n    {lines}\n"
        )
        return str(scripts)

    return add


def file_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def content(path: Path) -> list[str]:
    """Schema, rows and revision as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


async def fill(path: Path, new: NewGeneration) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        parent = await begin(database, new)
        await begin(database, replace(new, parent_id=parent))


HALF_WAY = """
op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
op.add_column("generations", sa.Column("mood", sa.String))
op.execute("DELETE FROM generations")
"""


async def test_a_migration_that_breaks_half_way_leaves_the_old_database_whole(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    before = content(path)
    scripts = add_migration(NEXT, NEWEST, HALF_WAY + "raise RuntimeError('out of luck')")
    with pytest.raises(MigrationFailed) as failed:
        migrate(path, scripts)
    assert content(path) == before
    assert (failed.value.path, failed.value.reason) == (path, "out of luck")
    assert failed.value.backup == path.with_name(f"{path.name}.backup-{NEWEST}")
    assert content(failed.value.backup) == before
    async with open_database(f"sqlite:///{path}") as database:
        assert await find_generation(database, await begin(database, new)) is not None


@pytest.mark.slow
def test_a_process_killed_in_a_migration_leaves_the_old_database_whole(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    asyncio.run(fill(path, new))
    before = content(path)
    scripts = add_migration(NEXT, NEWEST, HALF_WAY + "os.kill(os.getpid(), signal.SIGKILL)")
    code = (
        "import sys; from pathlib import Path; from tempera.storage.migrate import migrate;"
        "migrate(Path(sys.argv[1]), sys.argv[2])"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path), scripts], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert content(path) == before


def test_a_first_migration_that_breaks_leaves_nothing(path: Path, add_migration: AddMigration) -> None:
    scripts = add_migration(NEXT, NEWEST, "raise RuntimeError('out of luck')")
    with pytest.raises(MigrationFailed) as failed:
        migrate(path, scripts)
    assert failed.value.backup is None
    assert content(path) == ["BEGIN TRANSACTION;", "COMMIT;"]
    migrate(path)


async def test_the_backup_holds_rows_that_were_only_in_the_write_ahead_log(
    path: Path, tmp_path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    scripts = add_migration(NEXT, NEWEST, "op.add_column('generations', sa.Column('mood', sa.String))")
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        with other:
            other.execute("UPDATE generations SET text = 'only in the log'")
        before = content(path)
        shutil.copy(path, tmp_path / "main file alone")
        migrate(path, scripts)
    assert content(tmp_path / "main file alone") != before
    assert content(path.with_name(f"{path.name}.backup-{NEWEST}")) == before
    assert any("mood" in line for line in content(path))


async def test_nothing_is_upgraded_without_a_backup(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    before = content(path)
    path.with_name(f"{path.name}.backup-{NEWEST}").mkdir()
    with pytest.raises(DatabaseUnusable, match="Is a directory"):
        migrate(path, add_migration(NEXT, NEWEST, HALF_WAY))
    assert content(path) == before


async def test_no_one_writes_between_the_backup_and_the_migration(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    before = content(path)
    other = f"contextlib.closing(sqlite3.connect({str(path)!r}, timeout=0, isolation_level=None))"
    body = f"with {other} as other:\n    other.execute('DELETE FROM generations')"
    scripts = add_migration(NEXT, NEWEST, body)
    with pytest.raises(MigrationFailed, match="database is locked"):
        migrate(path, scripts)
    assert content(path) == before


def test_rows_of_the_first_schema_come_through_every_migration(path: Path, tmp_path: Path) -> None:
    scripts = tmp_path / "first"
    later = [file.name for file in VERSIONS.glob("0*.py") if not file.name.startswith(FIRST)]
    shutil.copytree(ROOT / "storage/migrations", scripts, ignore=shutil.ignore_patterns("__pycache__", *later))
    migrate(path, str(scripts))
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(generations)")]
        values = dict.fromkeys(columns, "1") | {"id": 7, "parent_id": None, "status": "done", "text": "It is"}
        connection.execute(f"INSERT INTO generations VALUES ({', '.join('?' * len(columns))})", list(values.values()))
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        ((number, params, text, language),) = connection.execute("SELECT id, params, text, language FROM generations")
    assert (number, text, language) == (7, "It is", None)
    assert json.loads(params) == {"temperature": 1.0, "top_k": 1, "top_p": 1.0, "length": 1, "seed": 1, "stop": "1"}


def before_the_params(path: Path, tmp_path: Path) -> None:
    """Make a database of the schema in which every parameter had a column."""
    scripts = tmp_path / "columns"
    later = [file.name for file in VERSIONS.glob("0*.py") if file.name >= "0006"]
    shutil.copytree(ROOT / "storage/migrations", scripts, ignore=shutil.ignore_patterns("__pycache__", *later))
    migrate(path, str(scripts))


async def test_params_that_stood_in_columns_are_read_to_the_last_bit(path: Path, tmp_path: Path) -> None:
    before_the_params(path, tmp_path)
    uneven = 0.1 + 0.2
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO guilds (id) VALUES (5)")
        connection.execute(
            "INSERT INTO generations VALUES (7, 1, 5, 2, 'tiny', 'sha', 'exact-1', 'Oh', ?, 0, 0.95, 400, 2147483647,"
            " '\n\n', 3, 1, NULL, 'done', 'It is', '2026-01-01 00:00:00', '2026-01-01 00:00:01', 0.1, 0.2, 'fr')",
            (uneven,),
        )
        connection.execute(
            "INSERT INTO presets VALUES (1, 1, NULL, 'noir', 'tiny', 0.0, NULL, ?, NULL, 0, 'Oh', 4, 'ja')", (uneven,)
        )
        connection.execute(
            "INSERT INTO presets VALUES (2, 1, 5, 'bare', NULL, NULL, NULL, NULL, NULL, NULL, '', 0, NULL)"
        )
        connection.execute("INSERT INTO channel_settings VALUES (5, 0, 'tiny', ?, NULL, 1)", (uneven,))
        connection.execute("INSERT INTO channel_settings VALUES (5, 9, NULL, NULL, 30, NULL)")
    async with open_database(f"sqlite:///{path}") as database:
        generation = await find_generation(database, 7)
        presets = await ranked_presets(database, 1, 5)
        scopes = await settings_of(database, 5, [0, 9])
    assert generation
    assert generation.params == {
        "temperature": uneven, "top_k": 0, "top_p": 0.95, "length": 400, "seed": 2147483647, "stop": "\n\n"
    }  # fmt: skip
    assert (generation.prompt, generation.first_draw, generation.private, generation.language) == ("Oh", 3, True, "fr")
    assert [(each.name, each.params, each.uses) for each in presets] == [
        ("noir", {"temperature": 0.0, "top_p": uneven, "seed": 0}, 4),
        ("bare", {}, 0),
    ]
    assert scopes == {
        0: ScopeSettings(model="tiny", enabled=True, params={"temperature": uneven}),
        9: ScopeSettings(params={"length": 30}),
    }


async def test_rebuilding_a_table_keeps_the_references_to_it(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    body = "with op.batch_alter_table('generations') as table:\n    table.alter_column('text', nullable=True)"
    migrate(path, add_migration(NEXT, NEWEST, body))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, parent_id FROM generations").fetchall() == [(1, None), (2, 1)]


async def test_a_migration_that_breaks_a_reference_is_undone(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    before = content(path)
    scripts = add_migration(NEXT, NEWEST, "op.execute('DELETE FROM generations WHERE id = 1')")
    with pytest.raises(MigrationFailed, match="1 rows would refer"):
        migrate(path, scripts)
    assert content(path) == before


async def test_only_the_last_backups_are_kept_and_other_files_left_alone(
    path: Path, new: NewGeneration, add_migration: AddMigration
) -> None:
    await fill(path, new)
    path.with_name(f"{path.name}.backup-0000-by-hand").touch()
    first = int(NEXT)
    for number in range(first, first + KEPT_BACKUPS + 2):
        scripts = add_migration(f"{number:04}", f"{number - 1:04}", "pass")
        migrate(path, scripts)
        migrate(path, scripts)
    backups = {file.name.removeprefix(path.name) for file in path.parent.glob("*.backup-*")}
    newest = {f".backup-{number:04}" for number in range(first + 1, first + KEPT_BACKUPS + 1)}
    assert backups == {".backup-0000-by-hand"} | newest


async def test_the_tables_are_what_the_migrations_build(database: Database) -> None:
    def differences(session: Session) -> list[object]:
        def is_ours(name: str | None, *_: object) -> bool:
            return not (name or "").startswith(INDEX)  # made anew when it is missing

        context = MigrationContext.configure(session.connection(), opts={"include_name": is_ours})
        return list(compare_metadata(context, Base.metadata))

    assert await database.read(differences) == []


def test_the_migrations_write_the_same_sql_as_the_tables(path: Path, tmp_path: Path) -> None:
    migrate(path)
    engine = create_engine(file_url(tmp_path / "tables.sqlite3"))
    Base.metadata.create_all(engine)
    engine.dispose()
    assert schema(path) == schema(tmp_path / "tables.sqlite3")


def schema(path: Path) -> set[str]:
    """Every CREATE statement, with its parts in one order: SQLite knows columns and constraints by name."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'")
        return {"\n".join(sorted(filter(None, map(str.strip, re.split("[\n,]", sql))))) for (sql,) in rows if sql}
