"""YAML that refuses duplicate keys; PyYAML silently keeps the last one."""

from collections.abc import Hashable
from typing import Any

import yaml

# Raised by PyYAML on dates, numbers and nesting that Python can't represent.
CONSTRUCTOR_FAULTS = (ValueError, LookupError, AttributeError, RecursionError)


class UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping; raises ConstructorError on a duplicate key."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)
