"""`make translations`: bring every catalogue up to date, and say what is wrong with it.

Exit code 1 and a last line with what to do if there is anything.
"""

import sys

from tests.translations.catalogues import LANGUAGES, REGIONS, path_of, update
from tests.translations.checks import problems
from tests.translations.messages import messages


def main() -> int:
    """Update and check all catalogues; return the exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # of consoles that can't show it all
    all_messages = messages()
    found = []
    for path in map(path_of, (*LANGUAGES, *REGIONS)):
        update(path, all_messages)
        found += problems(path, all_messages)
    for problem in found:
        print(problem)
    if found:
        print(f"{len(found)} problems: edit the catalogues as docs/translating.md says, then run this again.")
    else:
        print(f"All {len(all_messages)} messages are translated into {len(LANGUAGES)} languages.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
