"""The types of application commands and of their options, by Discord's numbers."""

from enum import IntEnum


class CommandType(IntEnum):
    """Discord's application command types that the sandbox shows."""

    CHAT_INPUT = 1
    MESSAGE = 3


class OptionType(IntEnum):
    """Discord's application command option types."""

    SUBCOMMAND = 1
    SUBCOMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11
