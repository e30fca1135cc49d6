"""Tempera's own presets, there for everyone; nobody can save another under these names."""

from storage.presets import PresetValues

BUILT_IN = {
    "safe": PresetValues(temperature=0.5),
    "balanced": PresetValues(temperature=0.8),
    "brainstorm": PresetValues(temperature=1.2),
    "greedy": PresetValues(temperature=0.0),
}
