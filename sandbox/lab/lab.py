"""The Temperature lab: a page on which a text rewrites itself while a slider moves, over the bot's own engine."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint, ModelsError
from tempera.models.library import Library
from tempera.models.sampling_params import SPECS, SamplingParams

PAGE = Path(__file__).parent / "page"
CONTENT_SECURITY_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
CHARACTERS = 300  # of the text that is rewritten
TOP = 12  # tokens whose odds are shown
MAX_PROMPT_CHARACTERS = 1500

Json = dict[str, Any]


class Lab:
    """The endpoints of the page; until the engine has started, they ask to come back."""

    def __init__(self) -> None:
        self._open: tuple[Engine, Library] | None = None

    def open(self, engine: Engine, library: Library) -> None:
        """Write with this engine from now on."""
        self._open = engine, library

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        """Return the routes of the page."""
        return [
            web.get("/lab", self._index),
            web.static("/lab/page", PAGE),
            web.get("/lab/models", self._models),
            web.post("/lab/text", self._handler(text)),
            web.post("/lab/odds", self._handler(odds)),
        ]

    async def _index(self, _request: web.Request) -> web.FileResponse:
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(PAGE / "index.html", headers=headers)

    async def _models(self, _request: web.Request) -> web.Response:
        _, library = self._opened()
        found = []
        for name in library.names():
            with suppress(BadCheckpoint):
                found.append({"name": name, "title": library.card(name).title})
        spec = SPECS["temperature"]
        return web.json_response({"models": found, "maximum": spec.highest_offered, "default": spec.default})

    def _opened(self) -> tuple[Engine, Library]:
        if self._open is None:
            raise web.HTTPServiceUnavailable(text="The models are still loading. Try again in a moment.")
        return self._open

    def _handler(
        self, action: Callable[[Engine, SampleRequest], Awaitable[Json]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a request handler for the action; what is out of bounds is said as text."""

        async def handle(request: web.Request) -> web.Response:
            engine, library = self._opened()
            try:
                return web.json_response(await action(engine, sample_of(library, await request.json())))
            except (ModelsError, KeyError, TypeError, ValueError) as error:
                raise web.HTTPUnprocessableEntity(text=str(error) or type(error).__name__) from None

        return handle


def sample_of(library: Library, body: Json) -> SampleRequest:
    """Return the request for the text after a part that is kept; raises ModelsError, KeyError, TypeError."""
    model, prompt, kept = str(body["model"]), str(body["prompt"])[:MAX_PROMPT_CHARACTERS], str(body.get("kept", ""))
    fitted = library.fit_prompt(model, prompt).text
    params = SamplingParams(temperature=body["temperature"], seed=body["seed"], length=max(1, CHARACTERS - len(kept)))
    return SampleRequest(model=model, prompt=fitted + kept, params=params, first_draw=len(kept))


async def text(engine: Engine, sample: SampleRequest) -> Json:
    """Return the rest of the text as pieces with their surprise at T = 1, in nats."""
    async with aclosing(engine.stream(sample)) as stream:
        async for _ in stream:
            pass
    return {"pieces": await engine.surprises(replace(sample, language=stream.language_index), stream.text)}


async def odds(engine: Engine, sample: SampleRequest) -> Json:
    """Return the most likely next tokens at this temperature."""
    found = await engine.odds(sample, TOP, [sample.params.temperature])
    return {"choices": list(zip(found.tokens, found.probabilities[0], strict=True))}
