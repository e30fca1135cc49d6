"""Keys of config.yaml that were renamed or have no effect any more: a file with one still works, with a hint."""

from collections.abc import Mapping
from typing import Any

# By section and key: the new name, or "" if it has no effect.
RETIRED: Mapping[tuple[str, str], str] = {
    ("models", "arithmetic"): "",
    ("models", "voices"): "overrides",
}


def without_retired(content: object) -> tuple[object, tuple[str, ...]]:
    """Return a file's content with retired keys renamed or removed, and a hint about each of them."""
    if not isinstance(content, dict):
        return content, ()
    found = [key for key in RETIRED if _holds(content, *key)]
    sections = dict(content)
    for section, key in found:
        sections[section] = _renamed(sections[section], key, RETIRED[section, key])
    return sections, tuple(_hint(*key) for key in found)


def _holds(content: Mapping[object, object], section: str, key: str) -> bool:
    keys = content.get(section)
    return isinstance(keys, dict) and key in keys


def _renamed(keys: Mapping[str, Any], key: str, new: str) -> dict[str, Any]:
    """Return a section with the key renamed; if the new key is there too, its value is used."""
    kept = {name: value for name, value in keys.items() if name != key}
    return {new: keys[key]} | kept if new else kept


def _hint(section: str, key: str) -> str:
    new = RETIRED[section, key]
    advice = f"is now called {new}; rename it" if new else "has no effect any more; delete it"
    return f"{section} › {key}: this key {advice}"
