"""Parses request bodies (JSON, or multipart with files) and builds JSON responses."""

import json
import re
from typing import Any

from aiohttp import web

from tempera.sandbox.limits.field_errors import NOT_A_DICTIONARY
from tempera.sandbox.rest.messages import Upload
from tempera.sandbox.state.errors import ApiError, invalid_form
from tempera.sandbox.state.json_object import Json


def json_response(body: Any, status: int = 200) -> web.Response:
    """Return a JSON response without a charset: with one, discord.py would take it for plain text."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


async def read_body(request: web.Request) -> tuple[Json, list[Upload]]:
    """Return the JSON body and the uploaded files, from JSON or from a multipart form with payload_json."""
    if request.content_type != "multipart/form-data":
        return _parse_object(await request.text()), []
    form, uploads = await request.post(), []
    for name, value in form.items():
        index = re.fullmatch(r"files\[(\d+)\]", name)
        if index and isinstance(value, web.FileField):
            uploads.append(Upload(int(index[1]), value.filename, value.file.read()))
    return _parse_object(str(form.get("payload_json", "{}"))), uploads


def _parse_object(text: str) -> Json:
    body = parse_json(text)
    if not isinstance(body, dict):
        raise invalid_form({(): NOT_A_DICTIONARY})
    return body


def parse_json(text: str) -> Any:
    """Return the decoded JSON; raises ApiError if it is malformed."""
    try:
        return json.loads(text or "{}")
    except json.JSONDecodeError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def parse_id(text: str) -> int:
    """Return the id in a path segment, or 0, which no object has, if it is not a number."""
    return int(text) if text.isdecimal() else 0
