"""Everything that commands work with, opened once by the composition root."""

from dataclasses import dataclass, field
from functools import partial

from tempera.bot.config.settings import Settings
from tempera.bot.moderation.blocks import Blocks
from tempera.bot.moderation.rules import ServerRules, server_rules
from tempera.bot.running.clicks import PendingClicks
from tempera.bot.running.forms import OpenForms
from tempera.bot.running.limits import ConcurrencyLimits
from tempera.bot.running.measures import Measures
from tempera.bot.running.remembered import RememberedByServer
from tempera.bot.running.stops import Stops
from tempera.bot.running.tasks import ActiveTasks
from tempera.bot.running.uncertain import UncertainResponses
from tempera.models.engine.engine import Engine
from tempera.models.library import Library
from tempera.storage.database import Database
from tempera.storage.pins import pinned_presets
from tempera.storage.presets import Preset
from tempera.storage.texts.unsaved import UnsavedTexts


@dataclass(slots=True)
class Resources:
    """Settings, models, decoder, database, and what is in progress."""

    settings: Settings  # replaced by /admin reload: read them when they are needed
    library: Library
    engine: Engine
    database: Database
    texts: UnsavedTexts
    pins: RememberedByServer[list[Preset]] = field(init=False)  # those that are buttons
    rules: RememberedByServer[ServerRules] = field(init=False)
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
        self.pins = RememberedByServer(partial(pinned_presets, self.database), [])
        self.rules = RememberedByServer(partial(server_rules, self.database), ServerRules())
        self.blocks = Blocks(self.database)
