"""Character-level vocabulary: Unicode code points in NFC, and replacements for unknown ones."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tempera.models.tokenizers.alphabets import CAPITALS, has_initials_only

# Replacements beyond Unicode's decompositions, closest first; each is used only if all of it is known.
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

# The ways a text can end, as far as the next character is concerned.
CLASSES = IN_WORD, INITIAL, OUTSIDE, WHOLE_WORD = range(4)


@dataclass(frozen=True)
class FittedText:
    """A text fitted to a vocabulary, and each distinct token that had to change, in order."""

    text: str
    replaced: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    unknown: tuple[str, ...] = ()  # words that stay, but are encoded as the unknown word
    unit: str = "character"


@dataclass(frozen=True)
class ScoredText:
    """A text encoded for evaluation."""

    ids: list[int]
    characters: int  # covered by the ids
    unknown: Counter[str]  # tokens outside the vocabulary: characters are skipped, words spelled out
    spelling_nats: float = 0.0  # cost of spelling them out


@dataclass(frozen=True)
class Vocabulary:
    """The code points that a network knows; a character's id is its index."""

    characters: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        """Return the vocabulary of all code points in `text` after NFC normalization, sorted."""
        return cls(tuple(sorted(set(unicodedata.normalize("NFC", text)))))

    def grown(self, text: str) -> "Vocabulary":
        """Return the vocabulary with the further code points of a text after its own, whose ids stay the same."""
        further = set(unicodedata.normalize("NFC", text)) - set(self.characters)
        return Vocabulary((*self.characters, *sorted(further)))

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

    def added(self, text: str, index: int) -> str:  # noqa: ARG002 - words depend on the text
        """Return what appending a token adds to a text."""
        return self.characters[index]

    def pieces(self, text: str) -> list[str]:
        """Return the characters of a text, one for each id."""
        return list(text)

    def token(self, index: int) -> str:
        """Return the character of an id."""
        return self.characters[index]

    def context_class(self, text: str, *, is_whole: bool = False) -> int:
        """Return the row of `forbidden` that applies after `text`; is_whole: its last word must not go on."""
        return WHOLE_WORD if is_whole else _class_after(text[-1:])

    @property
    def forbidden(self) -> tuple[tuple[bool, ...], ...]:
        """Which ids can't come next, by context class: none, as a rule; letters and digits after a whole word."""
        anything = (False,) * len(self)
        return tuple(self.in_words if each == WHOLE_WORD and not all(self.in_words) else anything for each in CLASSES)

    @cached_property
    def in_words(self) -> tuple[bool, ...]:
        """Which ids can go on with a word: letters and digits."""
        return tuple(character.isalnum() for character in self.characters)

    @cached_property
    def next_class(self) -> tuple[tuple[int, ...], ...]:
        """The context class after an id, by the class before it."""
        return (tuple(map(_class_after, self.characters)),) * len(CLASSES)

    @property
    def may_end(self) -> tuple[bool, ...]:
        """Whether a sentence may end next, by context class: after a word."""
        return tuple(each != OUTSIDE for each in CLASSES)

    def outside(self, alphabet: str) -> list[list[bool]]:
        """Return for each id whether it is outside an alphabet, by context class: an initial stands alone."""
        known = set(alphabet)
        outside = [character not in known for character in self.characters]
        if not has_initials_only(alphabet):
            return [outside] * len(CLASSES)
        further = [out or character in CAPITALS for out, character in zip(outside, self.characters, strict=True)]
        return [further if each == INITIAL else outside for each in CLASSES]

    def scored(self, text: str) -> ScoredText:
        """Encode a text for evaluation: unknown characters are skipped."""
        known = [self.ids[character] for character in text if character in self.ids]
        return ScoredText(known, len(known), Counter(character for character in text if character not in self.ids))

    def fit(self, text: str) -> FittedText:
        """Return `text` with unknown characters replaced by their closest known form, or dropped."""
        normal = composed(text)
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


def _class_after(character: str) -> int:
    if character and character in CAPITALS:
        return INITIAL
    return IN_WORD if character.isalnum() else OUTSIDE


def composed(text: str) -> str:
    """Return a text in NFC with line feeds as line endings."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def spellings(text: str) -> tuple[str, ...]:
    """Return looser and looser forms: from the table, compatibility form, base letters, and both by the table."""
    compatible = unicodedata.normalize("NFKC", text)
    base = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return (*_NEAREST.get(text, ()), compatible, base, *_NEAREST.get(compatible, ()), *_NEAREST.get(base, ()))


def plainest(text: str) -> str:
    """Return a text with each character replaced by its first form in the table."""
    return "".join(_NEAREST.get(character, (character,))[0] for character in text)


def _forms(character: str) -> Iterator[str]:
    """Yield looser and looser forms, then each in the other case."""
    looser = spellings(character)
    yield from looser
    for spelling in (character, *looser):
        yield from (spelling.lower(), spelling.upper())
