"""Options shared by several commands; those of the sampling parameters are built from their specs."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, Optional

from discord.app_commands import Range, describe

from tempera.bot.replies.params import description
from tempera.models.sampling_params import ParamSpec

RETIRED = "retired"  # marks commands that /help doesn't list, in their extras
ENGLISH = "en-US"  # the language in which commands are declared
Prompt = Range[str, 1, 1500]
ModelName = Range[str, 1, 100]
PresetName = Range[str, 1, 100]


def with_params(
    specs: Iterable[ParamSpec], maxima: Mapping[str, float] | None = None, *, show_defaults: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Replace a callback's `**params` by an option for each parameter, after the required ones.

    maxima: lower maximum values than the specs offer.
    """
    specs = tuple(specs)

    def decorate(callback: Callable[..., Any]) -> Any:
        signature = inspect.signature(callback)
        given = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        required = [each for each in given if each.default is each.empty]
        added = [optional(spec, (maxima or {}).get(spec.name)) for spec in specs]
        others = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in given[len(required) :]]
        parameters = [*required, *added, *others]
        callback.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return describe(**{spec.name: description(spec, ENGLISH, show_default=show_defaults) for spec in specs})(
            callback
        )

    return decorate


def required_param(spec: ParamSpec, name: str) -> Callable[[Callable[..., Any]], Any]:
    """Replace a callback's `**given` by one required option for a parameter's value, as the first one."""

    def decorate(callback: Callable[..., Any]) -> Any:
        signature = inspect.signature(callback)
        interaction, *others = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        value = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=value_range(spec))
        others = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in others]
        callback.__signature__ = signature.replace(parameters=[interaction, value, *others])  # type: ignore[attr-defined]
        return describe(**{name: description(spec, ENGLISH)})(callback)

    return decorate


def optional(spec: ParamSpec, maximum: float | None = None) -> inspect.Parameter:
    """Return an option that may be left out."""
    annotation: Any = Optional.__getitem__(value_range(spec, maximum))
    return inspect.Parameter(spec.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def value_range(spec: ParamSpec, maximum: float | None = None) -> Any:
    """Return the type of an option: one of the parameter's choices, or a number within its bounds."""
    if spec.choices:
        return Literal.__getitem__(spec.choices)
    highest = spec.highest_offered if maximum is None else maximum
    return Range.__class_getitem__((spec.type, spec.lowest_offered, highest))  # type: ignore[attr-defined]
