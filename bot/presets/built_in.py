"""The built-in presets; their names are reserved."""

from tempera.bot.replies.commands import BUILT_IN_DESCRIPTIONS
from tempera.storage.presets import PresetValues

BUILT_IN = {
    name: PresetValues(params={"temperature": temperature}, description=BUILT_IN_DESCRIPTIONS[name])
    for name, temperature in (("safe", 0.5), ("balanced", 0.8), ("brainstorm", 1.2), ("greedy", 0.0))
}
