"""Read a pickle without running it: classes are names, and the few functions that rebuild a tensor are described here.

Not pickle.Unpickler with another find_class: a file still makes that one allocate as much as it likes (one LONG_BINPUT
is enough), and set attributes of whatever find_class returns. Here an opcode is one step of a small stack machine, and
there is nothing to call.
"""

import pickletools
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

MAX_OPCODES = 100_000  # torch writes some 150 for a layer
SIMPLE = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
EMPTY = {"EMPTY_TUPLE": tuple, "EMPTY_LIST": list, "EMPTY_DICT": dict}
NUMBERS_AND_TEXTS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
}
KNOWN = {
    *(*SIMPLE, *EMPTY, *NUMBERS_AND_TEXTS, "PROTO", "FRAME"),
    *("BINPUT", "LONG_BINPUT", "MEMOIZE", "BINGET", "LONG_BINGET", "MARK"),
    *("TUPLE1", "TUPLE2", "TUPLE3", "TUPLE", "APPEND", "APPENDS", "SETITEM", "SETITEMS"),
    *("GLOBAL", "STACK_GLOBAL", "NEWOBJ", "BUILD", "BINPERSID", "REDUCE"),
}
OPCODES = {opcode.code: opcode for opcode in pickletools.opcodes}
MALFORMED = (ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError)


class PickleRefused(Exception):
    """A pickle asks for something that no checkpoint needs, or is malformed; says what, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Name:
    """A class or function, of which only the name is known."""

    name: str


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class that is only a name here."""

    name: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PickledStorage:
    """Numbers that stand elsewhere in the file."""

    kind: str  # such as FloatStorage
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class PickledTensor:
    """A tensor over a storage; offset and strides in elements."""

    storage: PickledStorage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_pickle(stream: BytesIO, storages: dict[str, PickledStorage]) -> Any:
    """Return the next value in a stream, and add the storages in it by their key; raises PickleRefused."""
    try:
        return _Machine(storages).run(stream)
    except MALFORMED as error:
        raise PickleRefused(f"holds a malformed pickle: {str(error)[:100]}") from None


class _Machine:
    """The stack and the memo of one pickle."""

    def __init__(self, storages: dict[str, PickledStorage]) -> None:
        self._storages = storages
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def run(self, stream: BytesIO) -> Any:
        for _ in range(MAX_OPCODES):
            opcode = OPCODES.get(stream.read(1).decode("latin-1"))
            if opcode is None:
                raise ValueError("it has no end, or is none")
            if opcode.name == "STOP":
                return self._stack.pop()
            if opcode.name not in KNOWN:
                raise PickleRefused(f"holds a pickle with {opcode.name}, which torch doesn't write")
            self._step(opcode.name, _argument(opcode, stream))
        raise PickleRefused(f"holds a pickle of more than {MAX_OPCODES:,} steps")

    def _step(self, name: str, argument: Any) -> None:
        if name in NUMBERS_AND_TEXTS:
            self._stack.append(argument)
        elif name in SIMPLE:
            self._stack.append(SIMPLE[name])
        elif name in EMPTY:
            self._stack.append(EMPTY[name]())
        elif name not in ("PROTO", "FRAME") and not self._remember(name, argument) and not self._combine(name):
            self._build(name, argument)

    def _remember(self, name: str, argument: Any) -> bool:
        match name:
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = self._stack[-1]
            case "MEMOIZE":
                self._memo[len(self._memo)] = self._stack[-1]
            case "BINGET" | "LONG_BINGET":
                self._stack.append(self._memo[argument])
            case "MARK":
                self._marks.append(len(self._stack))
            case _:
                return False
        return True

    def _combine(self, name: str) -> bool:
        """Make tuples, and fill lists, sets and dictionaries."""
        match name:
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                self._stack.append(tuple(self._popped(int(name[-1]))))
            case "TUPLE":
                self._stack.append(tuple(self._since_mark()))
            case "APPEND" | "APPENDS":
                items = self._items(name == "APPEND", 1)
                _expect(self._stack[-1], list).extend(items)
            case "SETITEM" | "SETITEMS":
                items = self._items(name == "SETITEM", 2)
                keys = [_expect(key, (str, int)) for key in items[::2]]  # a nested tuple can take forever to hash
                _expect(self._stack[-1], dict).update(zip(keys, items[1::2], strict=True))
            case _:
                return False
        return True

    def _build(self, name: str, argument: Any) -> None:
        """Make what is called or constructed, or refuse to."""
        match name:
            case "GLOBAL":
                self._stack.append(Name(argument))
            case "STACK_GLOBAL":
                self._stack.append(Name(".".join(_expect(part, str) for part in self._popped(2))))
            case "NEWOBJ":
                self._stack.append(Instance(_expect(self._popped(2)[0], Name).name))
            case "BUILD":
                state, thing = _expect(self._popped(1)[0], dict), _expect(self._stack[-1], (Instance, dict))
                if isinstance(thing, Instance):  # a dict's own attributes are versions of modules
                    thing.fields.update(state)
            case "BINPERSID":
                self._stack.append(self._persistent(*self._popped(1)))
            case "REDUCE":
                self._stack.append(_called(*self._popped(2)))

    def _items(self, is_single: bool, count: int) -> list[Any]:
        return self._popped(count) if is_single else self._since_mark()

    def _popped(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise IndexError("its stack is empty")
        items = self._stack[-count:]
        del self._stack[-count:]
        return items

    def _since_mark(self) -> list[Any]:
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _persistent(self, identity: Any) -> Any:
        """Return what a persistent id stands for: a storage, or a class, whose source text beside it is left alone."""
        match identity:
            case ("storage", Name(kind), str(key), _, int(count), *_):
                return self._storages.setdefault(key, PickledStorage(kind.rpartition(".")[2], key, count))
            case ("module", Name() as name, *_):
                return name
        raise ValueError("it refers to something that is no storage")


def _argument(opcode: pickletools.OpcodeInfo, stream: BytesIO) -> Any:
    if opcode.name == "GLOBAL":  # pickletools would look for escapes in names
        return ".".join(stream.readline().rstrip(b"\n").decode() for _ in range(2))
    return opcode.arg.reader(stream) if opcode.arg else None


def _expect(value: Any, kind: type | tuple[type, ...]) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"there is a {type(value).__name__} in the wrong place")
    return value


def _called(function: Any, arguments: Any) -> Any:
    """Return what torch's own functions would rebuild; raises PickleRefused for any other."""
    match (function, arguments):
        case (
            Name("torch._utils._rebuild_tensor_v2" | "torch._utils._rebuild_tensor"),
            (storage, offset, shape, strides, *_),
        ):
            return _tensor(storage, offset, shape, strides)
        case (Name("torch._utils._rebuild_parameter"), (PickledTensor() as tensor, *_)):
            return tensor
        case (Name("collections.OrderedDict"), ()):
            return {}
        case (Name("collections.OrderedDict"), (list(pairs),)):
            return {_expect(key, (str, int)): value for key, value in pairs}
        case (Name("__builtin__.set" | "builtins.set"), _):
            return set()
    name = function.name if isinstance(function, Name) else "something"
    raise PickleRefused(f"holds code: a pickle that calls {name[:100]}, which no network needs")


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any) -> PickledTensor:
    for number in (offset, *_expect(shape, tuple), *_expect(strides, tuple)):
        _expect(number, int)
    return PickledTensor(_expect(storage, PickledStorage), offset, shape, strides)
