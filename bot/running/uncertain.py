"""First responses that failed on the way, although Discord may have received them."""

import re
from collections import deque

import aiohttp

from tempera.bot.discord_failure import SERVER_ERROR

REMEMBERED = 1000  # interactions
CALLBACK = re.compile(r"/interactions/(?P<id>\d+)/[^/]+/callback$")


class UncertainResponses:
    """The interactions to which this process's own response got a server error, or none at all.

    If Discord then says that such an interaction has been responded to, the response was this process's own.
    """

    def __init__(self) -> None:
        self._ids: deque[int] = deque(maxlen=REMEMBERED)

    def __contains__(self, interaction_id: int) -> bool:
        return interaction_id in self._ids

    def watch(self, trace: aiohttp.TraceConfig) -> None:
        """Note failures of the requests that a session with this trace makes."""

        async def ended(_: object, __: object, request: aiohttp.TraceRequestEndParams) -> None:
            if request.response.status >= SERVER_ERROR:
                self._note(request.url.path)

        async def failed(_: object, __: object, request: aiohttp.TraceRequestExceptionParams) -> None:
            self._note(request.url.path)

        trace.on_request_end.append(ended)
        trace.on_request_exception.append(failed)

    def _note(self, path: str) -> None:
        if callback := CALLBACK.search(path):
            self._ids.append(int(callback["id"]))
