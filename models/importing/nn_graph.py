"""A graph of torch7 modules (nngraph): which module's output another one reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tempera.models.importing.mapped_file import MappedFile
from tempera.models.importing.torch_objects import Object, part, table

PASSING = ("nn.Identity", "nn.Dropout", "OneHot")  # they hand on what they read, as far as weights are concerned
MAX_NODES, MAX_BEFORE = 2000, 100


@dataclass(frozen=True)
class Node:
    """A node: its module, and the places of the nodes that it reads."""

    module: Object | None
    select: int | None  # which of the network's inputs it hands on
    before: tuple[int, ...]

    @property
    def kind(self) -> str:
        """The module's class."""
        return self.module.name if self.module else ""


class Graph:
    """All nodes of a network."""

    def __init__(self, file: MappedFile, module: Any) -> None:
        """Raises BadCheckpoint."""
        listed = table(module, "forwardnodes").listed(MAX_NODES + 1)
        nodes = [part(node, "data") for node in listed]
        if not 0 < len(nodes) <= MAX_NODES:
            raise file.bad("holds no graph of modules as char-rnn's networks have")
        places = {id(data): place for place, data in enumerate(nodes)}
        self.nodes = [_node(data, places) for data in nodes]
        self._file = file

    def of_kind(self, *kinds: str) -> list[int]:
        """Return the places of all modules of some classes."""
        return [place for place, node in enumerate(self.nodes) if node.kind in kinds]

    def readers(self, place: int) -> list[int]:
        """Return the places of the nodes that read this one."""
        return [reader for reader, node in enumerate(self.nodes) if place in node.before]

    def sources(self, place: int) -> list[int]:
        """Return where a node's inputs come from, past modules that only hand them on; raises BadCheckpoint."""
        return [self._origin(before) for before in self.nodes[place].before]

    def _origin(self, place: int) -> int:
        for _ in self.nodes:
            node = self.nodes[place]
            if node.kind not in PASSING or not node.before:
                return place
            place = node.before[0]
        raise self._file.bad("holds a graph that goes in a circle")

    def modules(self) -> Iterator[Object]:
        """Yield all modules."""
        yield from (node.module for node in self.nodes if node.module)


def _node(data: Any, places: dict[int, int]) -> Node:
    module, select = (part(data, name) for name in ("module", "selectindex"))
    before = islice(table(data, "mapindex").values(), MAX_BEFORE)
    return Node(
        module if isinstance(module, Object) else None,
        int(select) if isinstance(select, float) and 0 < select < MAX_NODES else None,
        tuple(dict.fromkeys(places[id(each)] for each in before if id(each) in places)),
    )
