"""JSON from Discord, also where it isn't quite JSON: one person's odd character must not end everybody's connection."""

import json
from typing import Any

import orjson


def from_json(text: str | bytes | bytearray | memoryview) -> Any:
    """Return the content, with U+FFFD for each half of a surrogate pair that stands alone; raises ValueError."""
    try:
        return orjson.loads(text)
    except ValueError:
        content = json.dumps(json.loads(text if isinstance(text, str) else bytes(text)), ensure_ascii=False)
        return json.loads(content.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
