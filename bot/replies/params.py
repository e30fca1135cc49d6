"""Sampling parameters in words."""

from collections.abc import Iterator

from bot.replies.plural import counted
from models.sampling_params import SPECS, ParamSpec, PartialParams


def shown_params(params: PartialParams) -> Iterator[str]:
    """Yield what a text was sampled with, as in `top-k 5`; a parameter that is off changed nothing."""
    for name, spec in SPECS.items():
        if spec.label and name in params and params[name] != spec.off:
            yield f"{spec.label} {shown_value(spec, params[name])}"


def set_params(params: PartialParams) -> Iterator[str]:
    """Yield all parameters that are set, also to a value that is off."""
    for name, spec in SPECS.items():
        if name in params:
            value = param_set(spec, params)
            yield f"{spec.label} {value}" if spec.label else str(value)


def param_set(spec: ParamSpec, params: PartialParams) -> str | None:
    """Return what a parameter is set to; None where nothing is, and nothing is drawn."""
    if spec.name not in params:
        return "random" if spec.is_random else None
    return "off" if params[spec.name] == spec.off else shown_value(spec, params[spec.name])


def shown_value(spec: ParamSpec, value: object) -> str:
    """Return a value with its unit, as in `400 characters`."""
    if spec.unit and isinstance(value, int):
        return counted(value, spec.unit.removesuffix("s"))
    return f"{value:zg}" if isinstance(value, float) else str(value)


def param_name(spec: ParamSpec) -> str:
    """Return what a parameter is called in running text."""
    return spec.name.replace("_", "-")


def allowed_values(spec: ParamSpec) -> str:
    """Return the bounds that people are offered, as in `0 to 2`."""
    return f"{spec.minimum:.10g} to {spec.highest_offered:.10g}"
