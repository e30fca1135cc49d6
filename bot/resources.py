"""What every command works with, opened once by the composition root."""

from dataclasses import dataclass

from bot.config.settings import Settings
from bot.running.tasks import RunningAnswers
from models.engine.engine import Engine
from models.library import Library
from storage.database import Database


@dataclass(slots=True)
class Resources:
    """Settings, models, decoder, database, and the answers on their way."""

    settings: Settings  # a reload puts others here: read them where they are needed
    library: Library
    engine: Engine
    database: Database
    running: RunningAnswers
