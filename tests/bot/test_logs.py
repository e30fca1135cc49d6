import logging

from pydantic import SecretStr

from tempera.bot.process.logs import _RedactingFormatter


def shown(message: str, *arguments: object) -> str:
    record = logging.LogRecord("bot", logging.INFO, "", 1, message, arguments, None)
    return _RedactingFormatter(SecretStr("MTA.x-y_z")).format(record)


def test_the_bots_token_is_not_logged() -> None:
    assert shown("sent %s to", "Bot MTA.x-y_z").endswith("bot: sent Bot <token> to")


def test_tokens_of_interactions_are_not_logged() -> None:
    url = "https://discord.com/api/v10/webhooks/12/aW50ZXJ-_x/messages/@original"
    assert shown("429 %s %s", url, "/interactions/34/aW5-_y/callback").endswith(
        "/webhooks/12/<token>/messages/@original /interactions/34/<token>/callback"
    )
