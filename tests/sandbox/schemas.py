"""Discord's OpenAPI document, and how JSON is compared with it."""

import json
from pathlib import Path

import pytest

from tempera.sandbox.state.json_object import Json


def openapi_document() -> Json:
    """Return Discord's OpenAPI document; skips the test without it."""
    places = [folder / "shared/discord/openapi.json" for folder in Path(__file__).resolve().parents]
    place = next((place for place in places if place.is_file()), None)
    if place is None:
        pytest.skip("shared/discord/openapi.json is not at hand")
    document: Json = json.loads(place.read_text(encoding="utf-8"))
    return document


def check(document: Json, schema: str, body: Json) -> None:
    """Fail with every violation of the schema, and every property that it doesn't list."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator({**document, "$ref": f"#/components/schemas/{schema}"})
    faults = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(body)]
    assert not faults, f"{schema}: {faults}"
    known = document["components"]["schemas"][schema].get("properties")
    assert known is None or not set(body) - set(known), f"{schema}: unknown {set(body) - set(known)}"
