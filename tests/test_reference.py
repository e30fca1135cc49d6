"""docs/reference.md tells of the commands and settings as they are."""

from tests.reference import PAGE, page


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: make reference"
