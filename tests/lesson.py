"""`make lesson`: run the code in docs/lesson.md, and write what it prints there and into docs/lesson.ipynb.

The page is the source of both. Code between ``` is a cell of the notebook (`sh` is typed in a terminal), followed by
what it printed and the picture that it drew. Code between ~~~ is part of an exercise's solution.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

DOCS = Path(__file__).parent.parent / "docs"
PAGE, NOTEBOOK = DOCS / "lesson.md", DOCS / "lesson.ipynb"
CODE = re.compile(
    r"^```(?P<kind>python|sh)\n(?P<code>.*?)\n```\n"
    r"(?:\n```text\n.*?^```\n)?"
    r"(?:\n!\[(?P<alt>[^\]\n]*)\]\((?P<picture>[^)\n]*)\)\n)?",
    re.MULTILINE | re.DOTALL,
)
SOLUTION = re.compile(r"^~~~(?P<kind>python|sh)\n(?P<code>.*?)\n~~~$", re.MULTILINE | re.DOTALL)
TERMINAL = "%%sh -e\n"  # ends with the first command that fails
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_SECONDS = 300  # far more than any cell takes on a slow machine


def notebook(page: str) -> NotebookNode:
    """Return the page's notebook, not yet run."""
    cells = list(_cells(page))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # nbformat would draw ids at random
    return new_notebook(cells=cells, metadata=METADATA)


def _cells(page: str) -> Iterator[NotebookNode]:
    place = 0
    for found in CODE.finditer(page):
        if prose := page[place : found.start()].strip("\n"):
            yield new_markdown_cell(prose)
        picture = {"alt": found["alt"], "picture": found["picture"]} if found["picture"] else {}
        yield _code_cell(found, picture)
        place = found.end()
    yield new_markdown_cell(page[place:].strip("\n"))


def _code_cell(found: re.Match[str], metadata: dict[str, str]) -> NotebookNode:
    return new_code_cell(TERMINAL * (found["kind"] == "sh") + found["code"], metadata=metadata)


def solutions(page: str) -> list[NotebookNode]:
    """Return the code of the solutions as cells."""
    return [_code_cell(found, {}) for found in SOLUTION.finditer(page)]


def run(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells, starting in a folder, and put what they print into them; raises CellExecutionError."""
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources=resources, record_timing=False
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)  # without what differs between machines


def page(notebook: NotebookNode) -> str:
    """Return a notebook as a page."""
    return "\n".join(part for cell in notebook.cells for part in _parts(cell))


def _parts(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type == "markdown":
        yield f"{cell.source}\n"
        return
    kind = "sh" if cell.source.startswith(TERMINAL) else "python"
    yield f"```{kind}\n{cell.source.removeprefix(TERMINAL)}\n```\n"
    if text := printed([cell]):
        yield f"```text\n{text}\n```\n"
    if picture := cell.metadata.get("picture"):
        yield f"![{cell.metadata.alt}]({picture})\n"


def printed(cells: Iterable[NotebookNode]) -> str:
    """Return what cells printed, or gave as their value."""
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "".join(_text(output) for output in outputs).strip("\n")


def pictures(notebook: NotebookNode) -> dict[str, bytes]:
    """Return the pictures of the page by name."""
    cells = [cell for cell in notebook.cells if "picture" in cell.metadata]
    return {cell.metadata.picture: _png(output) for cell in cells for output in cell.outputs if _png(output)}


def _text(output: NotebookNode) -> str:
    return "" if _png(output) else str(output.get("text") or output.get("data", {}).get("text/plain", ""))


def _png(output: NotebookNode) -> bytes:
    return base64.b64decode(output.get("data", {}).get("image/png", ""))


def main() -> None:
    """Write page, notebook and pictures."""
    made = notebook(PAGE.read_text(encoding="utf-8"))
    run(made, DOCS)
    for name, content in pictures(made).items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_bytes(content)
    PAGE.write_text(page(made), encoding="utf-8")
    nbformat.write(made, NOTEBOOK)
    print(f"Wrote {PAGE} and {NOTEBOOK}")


if __name__ == "__main__":
    main()
