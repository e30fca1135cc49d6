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
    sections, hints = dict(content), []
    for section, key in found:
        hints.append(_hint(section, key, sections[section]))
        sections[section] = _renamed(sections[section], key, RETIRED[section, key])
    return sections, tuple(hints)


def _holds(content: Mapping[object, object], section: str, key: str) -> bool:
    keys = content.get(section)
    return isinstance(keys, dict) and key in keys


def _renamed(keys: Mapping[str, Any], key: str, new: str) -> dict[str, Any]:
    """Return a section with the key renamed; if the new key is set too, its value is used."""
    kept = {name: value for name, value in keys.items() if name != key}
    return kept | {new: keys[key]} if new and keys.get(new) is None else kept


def _hint(section: str, key: str, keys: Mapping[str, Any]) -> str:
    new = RETIRED[section, key]
    if new and keys.get(new) is not None:
        return f"{section} › {key}: this key has no effect, since its new name {new} is set, too; delete it"
    advice = f"is now called {new}; rename it" if new else "has no effect any more; delete it"
    return f"{section} › {key}: this key {advice}"
