"""Discord's documented limits, each stated once: lengths in characters, counts, and sizes in bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and highest length or number allowed, both inclusive."""

    minimum: int
    maximum: int

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.minimum <= number <= self.maximum

    def __str__(self) -> str:
        return f"{self.minimum} to {self.maximum}"


MESSAGE_CONTENT = Bounds(1, 2000)
EMBEDS, EMBED_FIELDS = Bounds(0, 10), Bounds(0, 25)
EMBED_CHARACTERS = 6000  # in all embeds of a message together
EMBED_TITLE, EMBED_DESCRIPTION = Bounds(0, 256), Bounds(0, 4096)
EMBED_AUTHOR, EMBED_FOOTER = Bounds(0, 256), Bounds(0, 2048)
EMBED_FIELD_NAME, EMBED_FIELD_VALUE = Bounds(1, 256), Bounds(1, 1024)

CUSTOM_ID = Bounds(1, 100)
ACTION_ROWS, ROW_BUTTONS, ROW_SELECTS = Bounds(0, 5), Bounds(1, 5), Bounds(1, 1)
LAYOUT_COMPONENTS, SECTION_TEXTS = Bounds(1, 40), Bounds(1, 3)
LAYOUT_CHARACTERS = 4000  # in all text displays of a message together
TEXT_DISPLAY = Bounds(1, LAYOUT_CHARACTERS)
BUTTON_LABEL, BUTTON_URL = Bounds(0, 80), Bounds(1, 512)
SELECT_PLACEHOLDER, SELECT_OPTIONS = Bounds(0, 150), Bounds(1, 25)
SELECT_MIN_VALUES, SELECT_MAX_VALUES = Bounds(0, 25), Bounds(1, 25)
SELECT_OPTION_TEXT, SELECT_OPTION_DESCRIPTION = Bounds(1, 100), Bounds(0, 100)

MODAL_TITLE, MODAL_ROWS, MODAL_ROW_INPUTS = Bounds(1, 45), Bounds(1, 5), Bounds(1, 1)
MODAL_LABEL, MODAL_DESCRIPTION = Bounds(1, 45), Bounds(0, 100)
TEXT_INPUT_VALUE, TEXT_INPUT_PLACEHOLDER = Bounds(0, 4000), Bounds(0, 100)
TEXT_INPUT_MIN_LENGTH, TEXT_INPUT_MAX_LENGTH = Bounds(0, 4000), Bounds(1, 4000)

COMMANDS_BY_TYPE = {1: 100, 2: 15, 3: 15}  # in one scope: slash commands, user commands, message commands
COMMAND_CHARACTERS = 8000  # in all names, descriptions and values of a command together
COMMAND_NAME, COMMAND_DESCRIPTION = Bounds(1, 32), Bounds(1, 100)
COMMAND_OPTIONS, CHOICES = 25, 25
CHOICE_TEXT = Bounds(1, 100)
STRING_OPTION_CHARACTERS = 6000  # of an option that declares no max_length
LARGEST_INTEGER = 2**53

THREAD_NAME = Bounds(1, 100)
ATTACHMENT_BYTES = 10 * 2**20
REQUEST_BYTES = 25 * 2**20
CALLS_PER_RATE_LIMIT_WINDOW = 5
