"""The words of a network's training text, in a small file beside its checkpoint."""

import hashlib
import math
import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.checkpoint_files import write_atomically

WORDS_FILE = "words.bin"
MAX_WORDS_BYTES = 64 * 2**20
FALSE_POSITIVES = 0.01  # takes 10 bits per word, a sixth of the words themselves
HASHES = 7  # optimal for that rate
SHA256_BYTES = 32
LONGEST_WORD = 64  # characters at the end of a text in which its last word is looked for
VOWELS = "aeiouy"

_UNSPACED = "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana, Han
_LETTER = rf"[^\W\d_{_UNSPACED}]"
_WORD = re.compile(rf"[{_UNSPACED}]+|{_LETTER}+(?:'{_LETTER}+)*")


def words(text: str) -> list[str]:
    """Return the case-folded words of a text; for Japanese and Chinese, which have no spaces, pairs of characters."""
    found: list[str] = []
    for word in _WORD.findall(text.casefold().replace("’", "'")):
        found += _pairs(word) if re.match(f"[{_UNSPACED}]", word) else [word]
    return found


def last_word(text: str) -> str:
    """Return the word at the very end of a text, case-folded; "" if there is none, or no spaces would separate it.

    A single letter isn't one unless it is a vowel, as in "I" or "y", and other words precede it.
    """
    end = text[-LONGEST_WORD:]
    if not re.search(rf"{_LETTER}\Z", end):
        return ""
    *before, word = words(end)
    return word if len(word) > 1 or (before and unicodedata.normalize("NFD", word)[0] in VOWELS) else ""


def _pairs(characters: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(characters)] or [characters]


class TrainingWords(Container[str]):
    """An approximate set of words: a Bloom filter with 1 % false positives and no false negatives.

    Double hashing as in Kirsch and Mitzenmacher (2006). 40,000 words take 48 kB; sorted 32-bit hashes would need 160.
    """

    def __init__(self, bits: bytes) -> None:
        self.bits = bits

    @classmethod
    def of(cls, members: Collection[str]) -> "TrainingWords":
        """Return the set of these words."""
        bits_per_word = -math.log(FALSE_POSITIVES) / math.log(2) ** 2
        bits = bytearray(max(1, math.ceil(len(members) * bits_per_word / 8)))
        for word in members:
            for bit in _bit_positions(word, 8 * len(bits)):
                bits[bit // 8] |= 1 << bit % 8
        return cls(bytes(bits))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and all(
            self.bits[bit // 8] >> bit % 8 & 1 for bit in _bit_positions(word, 8 * len(self.bits))
        )


def _bit_positions(word: str, size: int) -> Iterator[int]:
    """Yield the bit positions of a word."""
    digest = hashlib.blake2b(word.encode(), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little") | 1
    return ((first + number * step) % size for number in range(HASHES))


def write_training_words(folder: Path, texts: Iterable[str]) -> int:
    """Write the words of training texts beside a checkpoint and return how many there are."""
    distinct = {word for text in texts for word in words(text)}
    bits = TrainingWords.of(distinct).bits
    write_atomically(folder / WORDS_FILE, hashlib.sha256(bits).digest() + bits)
    return len(distinct)


def read_training_words(folder: Path) -> TrainingWords | None:
    """Read the words beside a checkpoint, None without the file; raises BadCheckpoint on a damaged one."""
    path = folder / WORDS_FILE
    try:
        with path.open("rb") as file:
            content = file.read(MAX_WORDS_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadCheckpoint(path, f"can't be read: {error.strerror}") from None
    checksum, bits = content[:SHA256_BYTES], content[SHA256_BYTES:]
    if not bits or hashlib.sha256(bits).digest() != checksum:
        raise BadCheckpoint(path, "is damaged: its sha256 differs; write it again with: python -m models words")
    return TrainingWords(bits)
