"""Word-level vocabulary: lossless tokenization of any text, and replacements for unknown words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log

from tempera.models.tokenizers.characters import FittedText, ScoredText, Vocabulary, composed, plainest, spellings

# Each token includes the single space before it. Token boundaries depend only on the two preceding characters.
_TOKEN = re.compile(
    r"""
    (?<=\w)['\u2019]\w+   # clitics: 's, 'd, 'll
    | [ ]?\w+             # a word or number; long in scripts without spaces
    | [ ]?\n+             # a line break and the empty lines after it
    | [ ]?[^\w\ \n]       # one punctuation mark or other white space
    | [ ]{2,}             # indentation
    | [ ]                 # a space at the end of a text
    """,
    re.VERBOSE,
)
SPACE = " "  # a token only at the very end of a text: it belongs to the next word
_BLANKS = re.compile(r"[^\S\n]+")

# The ways a text can end, as far as the next token is concerned: a word, its apostrophe, a line, indentation, the space
# of the next word, a mark. Group n of the expression matches the n-th of these examples.
_CONTEXT_CLASS = re.compile(r"(?:(\w)|(\w['\u2019])|(\n)|([ ]{2})|([ ])|([^\w\ \n]))\Z")
_ENDS = ("a", "a'", "\n", "  ", SPACE, ".")

_LINES = ("\n\n", "\n")
MIN_COUNT = 2  # in the training text; words that occur once train the unknown word
MAX_CODE_POINTS = 0x110000


def tokenize(text: str) -> list[str]:
    """Split a text into tokens, whose concatenation is the text."""
    return _TOKEN.findall(text)


def context_class(text: str) -> int:
    """Return which of the six ways a text ends in."""
    found = _CONTEXT_CLASS.search(text[-2:])
    return (found.lastindex or 0) - 1 if found else _ENDS.index("\n")


@dataclass(frozen=True)
class WordVocabulary:
    """The words that a network knows, most frequent first; ids are indices, and the last id is the unknown word."""

    tokens: tuple[str, ...]

    @classmethod
    def of(cls, text: str, size: int) -> "WordVocabulary":
        """Return the vocabulary of the `size - 1` most frequent tokens of a text in NFC."""
        counted = sorted(Counter(tokenize(text)).items(), key=lambda entry: (-entry[1], entry[0]))
        return cls(tuple(token for token, count in counted[: size - 1] if count >= MIN_COUNT and token != SPACE))

    def grown(self, text: str) -> "WordVocabulary":  # noqa: ARG002 - the unknown word covers what is new
        """Return the same vocabulary: new words are the unknown word, whose place depends on their number."""
        return self

    @cached_property
    def ids(self) -> dict[str, int]:
        """Each token's id."""
        return {token: index for index, token in enumerate(self.tokens)}

    @property
    def unknown(self) -> int:
        """The id of all unknown words."""
        return len(self.tokens)

    def __len__(self) -> int:
        return len(self.tokens) + 1

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text's tokens; a space at its very end has none."""
        return [self.ids.get(token, self.unknown) for token in self.pieces(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`; raises IndexError on the unknown word."""
        return "".join(self.tokens[index] for index in ids)

    def added(self, text: str, index: int) -> str:
        """Return what appending a token adds to a text; an existing trailing space is not repeated."""
        return _added(text, self.tokens[index])

    def pieces(self, text: str) -> list[str]:
        """Return the tokens of a text, one for each id."""
        return [token for token in tokenize(text) if token != SPACE]

    def token(self, index: int) -> str:
        """Return the token of an id, "" for the unknown word."""
        return self.tokens[index] if index < len(self.tokens) else ""

    def context_class(self, text: str, *, is_whole: bool = False) -> int:  # noqa: ARG002 - words are always whole
        """Return the row of `forbidden` that applies after `text`."""
        return context_class(text)

    @cached_property
    def forbidden(self) -> tuple[tuple[bool, ...], ...]:
        """Which ids can't come next, by context class: the unknown word, and tokens that would not stay intact."""
        joins = {shape: [_joins(end, shape) for end in _ENDS] for shape in set(self._shapes)}
        rows = ([not joins[shape][each] for shape in self._shapes] for each in range(len(_ENDS)))
        # If no token fits, as in a vocabulary of a few words, any word may follow.
        return tuple((*(row if not all(row) else [False] * len(row)), True) for row in rows)

    @cached_property
    def next_class(self) -> tuple[tuple[int, ...], ...]:
        """The context class after an id, by the class before it; the unknown word leaves it unchanged."""
        after = {shape: [context_class(end + _added(end, shape)) for end in _ENDS] for shape in set(self._shapes)}
        return tuple((*(after[shape][each] for shape in self._shapes), each) for each in range(len(_ENDS)))

    @property
    def in_words(self) -> tuple[bool, ...]:
        """Which ids can go on with a word: none, each is a whole one."""
        return (False,) * len(self)

    @property
    def may_end(self) -> tuple[bool, ...]:
        """Whether a sentence may end next, by context class: after a word."""
        return tuple(end == "a" for end in _ENDS)

    @cached_property
    def _shapes(self) -> list[str]:
        """The tokens with each character replaced by its kind, which is all that matters for joining them."""
        return [token.translate(_KINDS) for token in self.tokens]

    def outside(self, alphabet: str) -> list[list[bool]]:
        """Return for each id whether it is outside an alphabet, by context class; the unknown word always is."""
        known = set(alphabet)
        return [[*(not known.issuperset(token) for token in self.tokens), True]] * len(_ENDS)

    def fit(self, text: str) -> FittedText:
        """Return `text` with unknown words in their closest known form; those without one are encoded as unknown."""
        tokens = tokenize(_BLANKS.sub(lambda run: run[0] if self._knows_blanks(run[0]) else SPACE, composed(text)))
        unseen = [token for token in dict.fromkeys(tokens) if token.strip(" ") and token not in self.ids]
        forms = {token: form for token in unseen if (form := self._closest(token))}
        changes = dict.fromkeys((token.strip(), form.strip()) for token, form in forms.items())
        known = any(token.strip() and (token in self.ids or token in forms) for token in tokens)
        return FittedText(
            text="".join(forms.get(token, token) for token in tokens) if known else "",
            replaced=tuple((old, new) for old, new in changes if old != new),
            dropped=(),
            unit="word",
            unknown=tuple(dict.fromkeys(token.strip() for token in unseen if token.strip() and token not in forms)),
        )

    def _closest(self, token: str) -> str:
        """Return the first known looser form with the same context class, so that the same words may follow."""
        core = token.removeprefix(" ")
        spaces = (" ", "") if token != core else ("", " ")
        forms = (space + form for form in _forms(core) for space in spaces)
        return next((form for form in forms if self._knows(form) and context_class(form) == context_class(token)), "")

    def _knows(self, form: str) -> bool:
        """Return whether a form is a known word, or consists of known punctuation."""
        marks = tokenize(form) if form and not re.search(r"\w", form) else [form]
        return all(mark in self.ids for mark in marks)

    def _knows_blanks(self, run: str) -> bool:
        """Return whether a run of blanks consists of known tokens; a final space belongs to the next word."""
        return all(token in self.ids or token == SPACE for token in tokenize(run))

    def scored(self, text: str) -> ScoredText:
        """Encode a text for evaluation: nothing is skipped, unknown words are additionally spelled out."""
        unknown = Counter(token for token in tokenize(text) if token not in self.ids and token != SPACE)
        spelling_nats = sum(count * self.spelling_nats(token) for token, count in unknown.items())
        return ScoredText(self.encode(text), len(text), unknown, spelling_nats)

    def spelling_nats(self, token: str) -> float:
        """Return the cost of a word under a unigram model of letters and word ends, estimated on the vocabulary.

        Unknown letters share one count among all code points. The probabilities of all words sum to less than 1, so
        tokens and spellings together form a valid code for any text, comparable with character-level networks.
        """
        total = self._letters.total() + len(self.tokens) + 1
        shares = ((self._letters[letter] or 1 / MAX_CODE_POINTS) / total for letter in token)
        return -sum(map(log, shares)) - log(len(self.tokens) / total)

    @cached_property
    def _letters(self) -> Counter[str]:
        return Counter("".join(self.tokens))


class _Kinds(dict[int, str]):
    """Maps code points to a representative of all characters that the tokenizer treats alike."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        if character in " \n":
            kind = character
        elif character in "'\u2019":
            kind = "'"
        else:
            kind = "a" if re.match(r"\w", character) else "\t" if character.isspace() else "."
        return self.setdefault(point, kind)


_KINDS = _Kinds()


def _added(text: str, token: str) -> str:
    return token.removeprefix(SPACE * (context_class(text) == _ENDS.index(SPACE)))


def _joins(end: str, token: str) -> bool:
    """Return whether a token after such an end is tokenized as that token again."""
    if end == SPACE:  # the token provides the existing space, and no further blank
        return token.startswith(SPACE) and not _BLANKS.match(token, 1) and _joins("a", token)
    if end.endswith("\n") and re.match(" [^ ]", token):  # no line begins with the space of a word
        return False
    return tokenize(end + token) == [*tokenize(end), token]


def _forms(core: str) -> Iterator[str]:
    """Yield looser and looser forms of a word, each in several cases, or fewer empty lines."""
    for spelling in (core, *spellings(core), plainest(core), *_LINES * core.startswith("\n")):
        yield from dict.fromkeys((spelling, spelling.lower(), spelling.capitalize(), spelling.upper()))


AnyVocabulary = Vocabulary | WordVocabulary
