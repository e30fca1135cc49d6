"""Texts of records: one per line, or pairs of an input and an output."""

from tempera.models.corpora.text import Text
from tempera.models.errors import BadRecipe

MAX_RECORD_CHARACTERS = 2000  # training reads records whole
MIN_RECORDS = 20  # so that some can be held out


def clean_records(text: Text, *, paired: bool) -> Text:
    """Return the text without blank lines; raises BadRecipe for lines that can't be records."""
    lines = [line.rstrip() for line in text.text.split("\n")]
    for number, line in enumerate(lines, start=1):
        if problem := _problem(line, paired=paired):
            raise BadRecipe(text.path, f"line {number:,} {problem}")
    records = [line for line in lines if line.strip()]
    if len(records) < MIN_RECORDS:
        raise BadRecipe(text.path, f"has {len(records)} records; at least {MIN_RECORDS} lines are required")
    return Text(text.path, "\n".join([*records, ""]), text.sha256, "lines")


def _problem(line: str, *, paired: bool) -> str:
    """Return why a line is no record, "" if it is one."""
    if len(line) > MAX_RECORD_CHARACTERS:
        return f"has {len(line):,} characters; records have at most {MAX_RECORD_CHARACTERS:,}"
    if paired and line.strip() and [bool(part.strip()) for part in line.split("\t")] != [True, True]:
        return "is no pair: an input, a tab and its output"
    return ""
