"""Keys of config.yaml that have no effect any more: a file that still holds one is taken, with a hint."""

from collections.abc import Mapping

# By section and key: what to do about it.
RETIRED: Mapping[tuple[str, str], str] = {
    ("models", "arithmetic"): "has no effect any more; delete this key",
}


def without_retired(content: object) -> tuple[object, tuple[str, ...]]:
    """Return a file's content without its retired keys, and a hint on each of them."""
    if not isinstance(content, dict):
        return content, ()
    found = [place for place in RETIRED if _holds(content, *place)]
    kept = {section: _without(keys, {key for of, key in found if of == section}) for section, keys in content.items()}
    return kept, tuple(f"{section} › {key}: {RETIRED[section, key]}" for section, key in found)


def _holds(content: Mapping[object, object], section: str, key: str) -> bool:
    keys = content.get(section)
    return isinstance(keys, dict) and key in keys


def _without(keys: object, retired: set[str]) -> object:
    return {key: value for key, value in keys.items() if key not in retired} if isinstance(keys, dict) else keys
