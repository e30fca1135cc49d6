"""The version stands in one place, and the changelog tells of it."""

import re
from pathlib import Path

from tempera import __version__

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"
HEADING = re.compile(r"^## (\S+) \((?:unreleased|\d{4}-\d{2}-\d{2})\)$", re.MULTILINE)


def test_the_changelogs_newest_heading_is_this_version() -> None:
    newest, *_ = HEADING.findall(CHANGELOG.read_text(encoding="utf-8"))
    assert newest == __version__


def test_every_heading_is_a_version_with_a_date() -> None:
    headings = re.findall(r"^## .*$", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in headings if not HEADING.fullmatch(heading)] == []
