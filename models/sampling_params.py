"""The sampling parameters: every parameter's type, bounds, default and use are defined here, and nowhere else.

All code that offers, checks, stores or passes on parameters uses `SPECS`, so that a new one is a new line here and
a step in tempera.models.decoder.arithmetic.sampling.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from tempera.models.errors import InvalidSamplingParam

PartialParams = Mapping[str, Any]  # some of the parameters, by name
T = TypeVar("T", float, int, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamSpec:
    """One parameter."""

    name: str = ""
    label: str = ""  # shown with the value, as in `top-k 5`; "" = not shown
    description: str
    type: type[float] | type[int] | type[str]
    default: Any
    minimum: Any = None  # None: no bounds, as for texts
    maximum: Any = None
    choices: tuple[str, ...] = ()  # of a text; (): any text
    offered_minimum: Any = None
    offered_maximum: Any = None  # if people are offered less than the sampler allows
    off: Any = None  # the value that has no effect; None: there is none
    unit: str = ""
    is_option: bool = False  # an option of /generate, and therefore of presets
    is_random: bool = False  # whether it is drawn at random if it isn't set
    in_channels: bool = False  # whether channels can set it

    @property
    def lowest_offered(self) -> Any:
        """What an option starts from."""
        return self.minimum if self.offered_minimum is None else self.offered_minimum

    @property
    def highest_offered(self) -> Any:
        """The maximum value of an option."""
        return self.maximum if self.offered_maximum is None else self.offered_maximum

    def offers(self, value: Any) -> bool:
        """Return whether people can choose this value."""
        if not self.allows(value):
            return False
        return self.minimum is None or bool(self.lowest_offered <= value <= self.highest_offered)

    def check(self, value: Any) -> None:
        """Raise InvalidSamplingParam if the value has another type or is out of bounds."""
        if not self.allows(value):
            raise InvalidSamplingParam(self.name, value, self.allowed)

    @property
    def allowed(self) -> str:
        """The values that it can have, in words."""
        if self.choices:
            return " or ".join(self.choices)
        return "a text" if self.minimum is None else f"{self.minimum} to {self.maximum}"

    def allows(self, value: Any) -> bool:
        """Return whether a value has the type and is within the bounds; NaN is not."""
        accepted = (int, float) if self.type is float else self.type
        if not isinstance(value, accepted) or isinstance(value, bool):
            return False
        if self.choices:
            return value in self.choices
        return self.minimum is None or bool(self.minimum <= value <= self.maximum)


def _param(default: T, **facts: Any) -> T:
    """Declare a parameter: a dataclass field with its spec."""
    spec = ParamSpec(type=type(default), default=default, **facts)
    return field(default=default, metadata={"spec": spec})


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParams:
    """Everything that determines a text besides its model, prompt and language; raises InvalidSamplingParam."""

    temperature: float = _param(
        0.8,
        label="T",
        description="0 = always the most likely character, 2 = very random",
        minimum=0.0,
        maximum=2.0,
        is_option=True,
        in_channels=True,
    )
    length: int = _param(
        400,
        description="Number of characters to write",
        minimum=1,
        maximum=1_000_000,
        offered_maximum=4000,
        unit="characters",
        is_option=True,
        in_channels=True,
    )
    seed: int = _param(
        0,
        label="seed",
        description="The same seed gives the same text",
        minimum=0,
        maximum=2**31 - 1,
        is_option=True,
        is_random=True,
    )
    top_k: int = _param(
        0,
        label="top-k",
        description="Sample from the k most likely characters only; 0 = all",
        minimum=0,
        maximum=1_000_000,
        offered_maximum=1000,
        off=0,
        is_option=True,
        in_channels=True,
    )
    top_p: float = _param(
        1.0,
        label="top-p",
        description="Sample from the most likely characters with this total probability; 1 = all",
        minimum=1e-6,
        offered_minimum=0.01,
        maximum=1.0,
        off=1.0,
        is_option=True,
        in_channels=True,
    )
    min_p: float = _param(
        0.0,
        label="min-p",
        description="Drop characters less likely than this share of the most likely one; 0 = none",
        minimum=0.0,
        maximum=1.0,
        off=0.0,
        is_option=True,
        in_channels=True,
    )
    finish: str = _param(
        "exact",
        description="Where the text ends: with a sentence or line near the length, or exactly there",
        choices=("sentence", "exact"),
        is_option=True,
        in_channels=True,
    )
    stop: str = _param("", description="End before this text", off="")

    def __post_init__(self) -> None:
        """Check every value."""
        check_params({name: getattr(self, name) for name in SPECS})


SPECS: Mapping[str, ParamSpec] = {
    each.name: replace(each.metadata["spec"], name=each.name) for each in fields(SamplingParams)
}
OPTIONS = tuple(spec for spec in SPECS.values() if spec.is_option)
CHANNEL_PARAMS = tuple(spec for spec in SPECS.values() if spec.in_channels)


def partial_params(values: PartialParams) -> PartialParams:
    """Return those of the values that are parameters and set; raises InvalidSamplingParam."""
    given = {name: values[name] for name in SPECS if values.get(name) is not None}
    check_params(given)
    return given


def valid_params(stored: PartialParams) -> PartialParams:
    """Return the parameters among stored values that can be used."""
    return {name: stored[name] for name in SPECS if name in stored and SPECS[name].allows(stored[name])}


def check_params(values: PartialParams) -> None:
    """Raise InvalidSamplingParam for the first invalid value."""
    for name, value in values.items():
        SPECS[name].check(value)
