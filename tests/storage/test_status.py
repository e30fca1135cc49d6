"""What the database reports about itself."""

from tempera.storage.database import Database
from tempera.storage.status import database_status
from tempera.storage.texts.history import NewGeneration
from tests.storage.rows import begin

PAGE_BYTES = 4096


async def test_texts_are_counted_and_the_size_is_in_bytes(database: Database, new: NewGeneration) -> None:
    before = await database_status(database)
    assert before.generations == 0
    for _ in range(40):
        await begin(database, new)
    after = await database_status(database)
    assert after.generations == 40
    assert after.bytes - before.bytes >= PAGE_BYTES
    assert after.bytes % PAGE_BYTES == 0
