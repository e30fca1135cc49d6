"""YAML in which a key that stands twice is a fault; plain YAML silently keeps the last."""

from collections.abc import Hashable
from typing import Any

import yaml

# What YAML's constructors and its parser raise on a date, a number or a nesting that Python can't take.
CONSTRUCTOR_FAULTS = (ValueError, LookupError, AttributeError, RecursionError)


class UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses doubled keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping; raises ConstructorError on a doubled key."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)
