"""What every command works with, opened once by the composition root."""

from dataclasses import dataclass, field

from bot.config.settings import Settings
from bot.running.clicks import PendingClicks
from bot.running.forms import OpenForms
from bot.running.limits import ConcurrencyLimits
from bot.running.stops import Stops
from bot.running.tasks import ActiveTasks
from models.engine.engine import Engine
from models.library import Library
from storage.database import Database


@dataclass(slots=True)
class Resources:
    """Settings, models, decoder, database, and what is in progress."""

    settings: Settings  # a reload puts others here: read them where they are needed
    library: Library
    engine: Engine
    database: Database
    tasks: ActiveTasks = field(default_factory=ActiveTasks)
    limits: ConcurrencyLimits = field(default_factory=ConcurrencyLimits)
    stops: Stops = field(default_factory=Stops)
    clicks: PendingClicks = field(default_factory=PendingClicks)
    forms: OpenForms = field(default_factory=OpenForms)
