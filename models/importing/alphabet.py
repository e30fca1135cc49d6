"""Which characters the tokens of a file are; a model of ours has one code point for each id."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imports NumPy
    from tempera.models.importing.mapped_file import MappedFile

ENCODINGS = ("utf-8", "latin-1")
ASCII_BYTES = 128
BYTE = re.compile(r"\[(\d{1,3})\]")  # as torch-rnn writes bytes beyond ASCII


@dataclass(frozen=True)
class Alphabet:
    """The characters of a network, and the ids that have one."""

    characters: str
    kept: tuple[int, ...]
    left_out: int  # bytes of longer characters


def alphabet(file: "MappedFile", tokens: tuple[str, ...], encoding: str) -> Alphabet:
    """Return what tokens, Latin-1 byte for byte, are in an encoding; raises BadCheckpoint.

    In UTF-8, a byte beyond ASCII is a part of a character and can't be one by itself: it is left out, as if the network
    gave it no probability.
    """
    found = [_character(file, token, encoding) for token in tokens]
    kept = tuple(index for index, character in enumerate(found) if character)
    characters = "".join(found)
    if len(set(characters)) != len(characters):
        raise file.bad("has the same character twice in its vocabulary")
    if not characters:
        raise file.bad("has no characters in its vocabulary, only parts of them")
    return Alphabet(characters, kept, len(found) - len(kept))


def _character(file: "MappedFile", token: str, encoding: str) -> str:
    """Return a token's character, "" for a part of one; raises BadCheckpoint."""
    byte = BYTE.fullmatch(token)
    raw = bytes([int(byte[1])]) if byte and int(byte[1]) < 256 else token.encode("latin-1")
    if len(raw) == 1 and raw[0] >= ASCII_BYTES:
        return raw.decode("latin-1") if encoding == "latin-1" else ""
    try:
        character = raw.decode("utf-8")
    except UnicodeDecodeError:
        character = ""
    if len(character) != 1:
        raise file.bad(
            f"has the token {token[:20]!r}, which is no single character: only character models are imported"
        )
    return character
