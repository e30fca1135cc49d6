"""Everything that commands work with, opened once by the composition root."""

from dataclasses import dataclass, field

from tempera.bot.config.settings import Settings
from tempera.bot.moderation.blocks import Blocks
from tempera.bot.moderation.rules import Rules
from tempera.bot.running.clicks import PendingClicks
from tempera.bot.running.forms import OpenForms
from tempera.bot.running.limits import ConcurrencyLimits
from tempera.bot.running.measures import Measures
from tempera.bot.running.pins import Pins
from tempera.bot.running.stops import Stops
from tempera.bot.running.tasks import ActiveTasks
from tempera.bot.running.uncertain import UncertainResponses
from tempera.models.engine.engine import Engine
from tempera.models.library import Library
from tempera.storage.database import Database
from tempera.storage.texts.unsaved import UnsavedTexts


@dataclass(slots=True)
class Resources:
    """Settings, models, decoder, database, and what is in progress."""

    settings: Settings  # replaced by /admin reload: read them when they are needed
    library: Library
    engine: Engine
    database: Database
    texts: UnsavedTexts
    pins: Pins = field(init=False)
    rules: Rules = field(init=False)
    blocks: Blocks = field(init=False)
    measures: Measures = field(default_factory=Measures)
    tasks: ActiveTasks = field(default_factory=ActiveTasks)
    limits: ConcurrencyLimits = field(default_factory=ConcurrencyLimits)
    stops: Stops = field(default_factory=Stops)
    clicks: PendingClicks = field(default_factory=PendingClicks)
    forms: OpenForms = field(default_factory=OpenForms)
    uncertain: UncertainResponses = field(default_factory=UncertainResponses)

    def __post_init__(self) -> None:
        """Remember what this database holds."""
        self.pins, self.rules, self.blocks = Pins(self.database), Rules(self.database), Blocks(self.database)
