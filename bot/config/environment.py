"""The operating system, the token, and Discord's address, from the environment and never from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from tempera.bot.exceptions import EnvironmentInvalid, SystemUnsupported

WSL = "https://learn.microsoft.com/windows/wsl/install"
TOKEN = "DISCORD_TOKEN"  # noqa: S105 - the variable's name
API_URL = "TEMPERA_DISCORD_API_URL"
GATEWAY_URL = "TEMPERA_DISCORD_GATEWAY_URL"


@dataclass(frozen=True, slots=True)
class DiscordServer:
    """The addresses of Discord, or of a server that implements its API."""

    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"


def check_system(name: str) -> None:
    """Raise SystemUnsupported for Windows; `name` is that of sys.platform."""
    if name == "win32":
        raise SystemUnsupported(f"Tempera doesn't run on Windows; run it under WSL: {WSL}")


def discord_token(environment: Mapping[str, str]) -> SecretStr:
    """Return the bot's token; raises EnvironmentInvalid."""
    if not (token := environment.get(TOKEN, "").strip()):
        raise EnvironmentInvalid(
            f"{TOKEN} is not set.",
            f"Set {TOKEN} to your bot's token, or try Tempera without one: python -m sandbox",
        )
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise EnvironmentInvalid(
            f"{TOKEN} contains characters that a token can't have, such as a space or a newline.",
            f"Copy your bot's token again, with nothing around it, and set {TOKEN} to it.",
        )
    return SecretStr(token)


def discord_server(environment: Mapping[str, str]) -> DiscordServer:
    """Return Discord's own addresses, or those in the two variables; raises EnvironmentInvalid."""
    api_url, gateway_url = environment.get(API_URL, ""), environment.get(GATEWAY_URL, "")
    if not api_url and not gateway_url:
        return DiscordServer()
    # With only one of them, the token would go to two places.
    _check(API_URL, api_url, ("http", "https"), "http://127.0.0.1:8080/api/v10")
    _check(GATEWAY_URL, gateway_url, ("ws", "wss"), "ws://127.0.0.1:8080/gateway")
    return DiscordServer(api_url.rstrip("/"), gateway_url)


def _check(name: str, url: str, schemes: tuple[str, str], example: str) -> None:
    remedy = f"Set both {API_URL} and {GATEWAY_URL}, or neither; {name} looks like {example}"
    if not url:
        raise EnvironmentInvalid(f"{name} is not set, but the other address is.", remedy)
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise EnvironmentInvalid(f"{name} isn't the address of a Discord server: {url}", remedy)
