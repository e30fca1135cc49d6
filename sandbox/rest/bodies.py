"""Bodies of Discord's HTTP calls: read from JSON or from a form with files, and written as Discord writes them."""

import json
import re
from typing import Any

from aiohttp import web

from sandbox.rest.messages import Upload
from sandbox.state.errors import ApiError, invalid_form
from sandbox.state.interactions import Json


def json_answer(body: Any, status: int = 200) -> web.Response:
    """Answer with JSON as Discord does: without a charset, which discord.py would take for plain text."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


async def read_body(request: web.Request) -> tuple[Json, list[Upload]]:
    """Return the JSON body and the files, from plain JSON or from a form with payload_json."""
    if request.content_type != "multipart/form-data":
        return _object(await request.text()), []
    form, uploads = await request.post(), []
    for name, value in form.items():
        index = re.fullmatch(r"files\[(\d+)\]", name)
        if index and isinstance(value, web.FileField):
            uploads.append(Upload(int(index[1]), value.filename, value.file.read()))
    return _object(str(form.get("payload_json", "{}"))), uploads


def _object(text: str) -> Json:
    body = parsed(text)
    if not isinstance(body, dict):
        raise invalid_form({(): ("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")})
    return body


def parsed(text: str) -> Any:
    """Return the JSON value; raises ApiError when it is none."""
    try:
        return json.loads(text or "{}")
    except json.JSONDecodeError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def number(text: str) -> int:
    """Return an id of a path; 0, which nothing has, when it is none."""
    return int(text) if text.isdecimal() else 0
