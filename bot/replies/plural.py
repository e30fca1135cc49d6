"""Numbers with their nouns, in the singular or the plural."""


def counted(number: int, noun: str) -> str:
    """Return as in `1 text` or `2,000 texts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
