"""Application commands as Discord lists them: with the names and descriptions of one language."""

from collections.abc import Mapping

from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.locales import FALLBACKS


def localized(item: Json, locale: str) -> Json:
    """Return a command, option or choice with `name_localized` in place of translations, if there is one, and so on."""
    shown = {key: value for key, value in item.items() if not key.endswith("_localizations")}
    for key in ("name", "description"):
        if text := _translation(item.get(f"{key}_localizations") or {}, locale):
            shown[f"{key}_localized"] = text
    for key in ("options", "choices"):
        if item.get(key):
            shown[key] = [localized(one, locale) for one in item[key]]
    return shown


def _translation(texts: Mapping[str, str], locale: str) -> str | None:
    return texts.get(locale) or texts.get(FALLBACKS.get(locale, locale))
