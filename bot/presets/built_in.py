"""The built-in presets; their names are reserved."""

from tempera.storage.presets import PresetValues

BUILT_IN = {
    name: PresetValues(params={"temperature": temperature}, description=description)
    for name, temperature, description in (
        ("safe", 0.5, "Few mistakes, few surprises"),
        ("balanced", 0.8, "A bit of both"),
        ("brainstorm", 1.2, "Inventive, with invented words"),
        ("greedy", 0.0, "Always the most likely character"),
    )
}
