"""Sampling parameters in words."""

from collections.abc import Iterable, Iterator

from tempera.bot.replies.commands import RANDOM, SEE_SETTINGS
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.replies.translation.plural import characters
from tempera.models.sampling_params import SPECS, ParamSpec, PartialParams


def active_params(params: PartialParams, locale: str) -> Iterator[str]:
    """Yield the parameters that affect a text, as in `top-k 5`, without those that are off."""
    for name, spec in SPECS.items():
        if spec.label and name in params and params[name] != spec.off:
            yield f"{_label(spec, locale)} {param_value(spec, params[name], locale)}"


def set_params(params: PartialParams, locale: str) -> Iterator[str]:
    """Yield all parameters that are set, including those that are off."""
    for name, spec in SPECS.items():
        if name in params:
            value = value_set(spec, params, locale)
            label = _label(spec, locale) or (param_name(spec, locale) if spec.choices else "")
            yield f"{label} {value}" if label else str(value)


def value_set(spec: ParamSpec, params: PartialParams, locale: str) -> str | None:
    """Return a parameter's value; None if it isn't set and isn't random."""
    t = catalog(locale).text
    if spec.name not in params:
        return t("random") if spec.is_random else None
    return t("off") if params[spec.name] == spec.off else param_value(spec, params[spec.name], locale)


def param_value(spec: ParamSpec, value: object, locale: str) -> str:
    """Return a value with its unit, if there is one, as in `400 characters`."""
    if spec.unit and isinstance(value, int):
        return characters(value, locale)
    if spec.choices:
        return catalog(locale).name("choice", str(value))
    return f"{value:zg}" if isinstance(value, float) else str(value)


def _label(spec: ParamSpec, locale: str) -> str:
    return catalog(locale).text(spec.label) if spec.label else ""


def param_name(spec: ParamSpec, locale: str) -> str:
    """Return a parameter's name in running text."""
    return catalog(locale).text(spec.name.replace("_", "-"))


def notch_names(names: Iterable[str], locale: str) -> str:
    """Return the names of one temperature, as in `default, as trained`."""
    t = catalog(locale).text
    words = {"careful": t("careful"), "default": t("default"), "as trained": t("as trained"), "wild": t("wild")}
    return ", ".join(words[name] for name in names)


def description(spec: ParamSpec, locale: str, *, show_default: bool = False) -> str:
    """Return a parameter's description, with its default if it has one."""
    t = catalog(locale).text
    if not show_default or spec.off is not None:
        return t(spec.description)
    default = t(RANDOM) if spec.is_random else t(SEE_SETTINGS)
    return t("{description} (default: {default})", description=t(spec.description), default=default)


def allowed_values(spec: ParamSpec, locale: str) -> str:
    """Return the bounds that people are offered, as in `0 to 2`."""
    t = catalog(locale).text
    if spec.choices:
        *first, last = (catalog(locale).name("choice", each) for each in spec.choices)
        return t("{first} or {last}", first=", ".join(first), last=last)
    if spec.minimum is None:
        return t("text")
    return t("{minimum} to {maximum}", minimum=f"{spec.lowest_offered:.10g}", maximum=f"{spec.highest_offered:.10g}")
