"""Discord's limits on embeds."""

from itertools import chain

from tempera.sandbox.limits import bounds
from tempera.sandbox.limits.field_errors import Errors, count_errors, length_errors, refuse
from tempera.sandbox.state.errors import FieldPath, invalid_form
from tempera.sandbox.state.json_object import Json


def check_embeds(embeds: list[Json]) -> None:
    """Raise ApiError for too many embeds, or too much text in one or in all of them together."""
    each = (_embed_errors(("embeds", str(index)), embed) for index, embed in enumerate(embeds))
    refuse(chain(count_errors(("embeds",), embeds, bounds.EMBEDS), chain.from_iterable(each)))
    if sum(map(_characters, embeds)) > bounds.EMBED_CHARACTERS:
        error = ("MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {bounds.EMBED_CHARACTERS}")
        raise invalid_form({("embeds",): error})


def _embed_errors(path: FieldPath, embed: Json) -> Errors:
    yield from length_errors(embed, "title", bounds.EMBED_TITLE, path)
    yield from length_errors(embed, "description", bounds.EMBED_DESCRIPTION, path)
    yield from length_errors(embed.get("footer") or {}, "text", bounds.EMBED_FOOTER, (*path, "footer"))
    yield from length_errors(embed.get("author") or {}, "name", bounds.EMBED_AUTHOR, (*path, "author"))
    fields = embed.get("fields") or []
    yield from count_errors((*path, "fields"), fields, bounds.EMBED_FIELDS)
    for index, field in enumerate(fields):
        yield from length_errors(field, "name", bounds.EMBED_FIELD_NAME, (*path, "fields", str(index)))
        yield from length_errors(field, "value", bounds.EMBED_FIELD_VALUE, (*path, "fields", str(index)))


def _characters(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field[key] for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(text or "") for text in texts)
