"""Discord's limits on embeds; what breaks them is refused."""

from itertools import chain

from sandbox.limits.components import Found, count_faults, length_faults
from sandbox.state.errors import invalid_form
from sandbox.state.interactions import Json

MAX_EMBEDS, MAX_FIELDS, MAX_CHARACTERS = 10, 25, 6000


def check_embeds(embeds: list[Json]) -> None:
    """Refuse embeds that are too many, too long, or longer than 6000 characters together."""
    found = chain(
        count_faults(("embeds",), embeds, 0, MAX_EMBEDS),
        chain.from_iterable(_faults(("embeds", str(index)), embed) for index, embed in enumerate(embeds)),
    )
    if faults := dict(found):
        raise invalid_form(faults)
    if sum(map(_characters, embeds)) > MAX_CHARACTERS:
        fault = ("MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_CHARACTERS}")
        raise invalid_form({("embeds",): fault})


def _faults(path: tuple[str, ...], embed: Json) -> Found:
    yield from length_faults(embed, "title", 0, 256, path)
    yield from length_faults(embed, "description", 0, 4096, path)
    yield from length_faults(embed.get("footer") or {}, "text", 0, 2048, (*path, "footer"))
    yield from length_faults(embed.get("author") or {}, "name", 0, 256, (*path, "author"))
    fields = embed.get("fields") or []
    yield from count_faults((*path, "fields"), fields, 0, MAX_FIELDS)
    for index, field in enumerate(fields):
        yield from length_faults(field, "name", 1, 256, (*path, "fields", str(index)))
        yield from length_faults(field, "value", 1, 1024, (*path, "fields", str(index)))


def _characters(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field[key] for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(text or "") for text in texts)
