"""Characters as tokens: Unicode code points in NFC, and what becomes of those a network never saw."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

# Forms that Unicode's own decompositions don't give, nearest first; each is taken only if it is known whole.
_NEAREST = {
    "\u2018": ("'", "`"), "\u2019": ("'",), "\u201a": ("'", ","), "\u201b": ("'",), "\u00b4": ("'",), "`": ("'",),
    "'": ("\u2019",), "\u201c": ('"', "''"), "\u201d": ('"', "''"), "\u201e": ('"', "''"), "\u00ab": ('"', "''"),
    "\u00bb": ('"', "''"), '"': ("\u201d", "''", "'"), "\u2039": ("'",), "\u203a": ("'",),
    "\u2014": ("--", "-"), "\u2013": ("-", "\u2014"), "\u2012": ("-",), "\u2015": ("\u2014", "--", "-"),
    "\u2010": ("-",), "\u2011": ("-",), "\u2212": ("-",), "\u2026": ("...",), "\u00a0": (" ",), "\t": (" ",),
    "\r": ("\n", " "), "\n": (" ",), "\u3000": (" ",), "\u3001": (",",), "\u3002": (".",),
    "\u300c": ('"', "'"), "\u300d": ('"', "'"), "\u2022": ("*", "-"),
    "(": ("[",), ")": ("]",), "[": ("(",), "]": (")",), "\u00bf": ("?",), "\u00a1": ("!",),
    "\u00e6": ("ae",), "\u00c6": ("AE", "Ae"), "\u0153": ("oe",), "\u0152": ("OE", "Oe"), "\u00df": ("ss",),
    "\u1e9e": ("SS",), "\u00f8": ("o",), "\u00d8": ("O",), "\u0142": ("l",), "\u0141": ("L",), "\u0131": ("i",),
    "\u00f0": ("d",), "\u00fe": ("th",), "&": ("and",),
}  # fmt: skip


@dataclass(frozen=True)
class FittedText:
    """A text in a vocabulary's characters, and each distinct character that had to change, in order."""

    text: str
    replaced: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The code points a network knows; a character's id is its index."""

    characters: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        """Return the vocabulary of all code points of `text` after NFC, in code point order."""
        return cls(tuple(sorted(set(unicodedata.normalize("NFC", text)))))

    @cached_property
    def ids(self) -> dict[str, int]:
        """Each character's id."""
        return {character: index for index, character in enumerate(self.characters)}

    def __len__(self) -> int:
        return len(self.characters)

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text`; raises KeyError on a character outside the vocabulary."""
        return [self.ids[character] for character in text]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`."""
        return "".join(self.characters[index] for index in ids)

    def fit(self, text: str) -> FittedText:
        """Return `text` in known characters: as it is, else the closest known form, else dropped."""
        normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        unknown = {
            character: self._closest(character) for character in dict.fromkeys(normal) if character not in self.ids
        }
        return FittedText(
            text="".join(unknown.get(character, character) for character in normal),
            replaced=tuple((character, form) for character, form in unknown.items() if form),
            dropped=tuple(character for character, form in unknown.items() if not form),
        )

    def _closest(self, character: str) -> str:
        known = (form for form in _forms(character) if form and all(part in self.ids for part in form))
        return next(known, "")


def _forms(character: str) -> Iterator[str]:
    """Yield ever looser spellings: table, compatibility form, base letter, other case, and their combinations."""
    compatible = unicodedata.normalize("NFKC", character)
    base = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    spellings = (
        *_NEAREST.get(character, ()),
        compatible,
        base,
        *_NEAREST.get(compatible, ()),
        *_NEAREST.get(base, ()),
    )
    yield from spellings
    for spelling in (character, *spellings):
        yield from (spelling.lower(), spelling.upper())
