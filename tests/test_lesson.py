"""docs/lesson.md and docs/lesson.ipynb are one class, and its code runs."""

from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tests.lesson import DOCS, NOTEBOOK, PAGE, notebook, page, pictures, printed, run, solutions

TEXT = PAGE.read_text(encoding="utf-8")
SMALL = """Prose.

```python
x = 2
print(x)
```

```text
what it printed before
```

```sh
echo from the terminal
```

```python
x
```

![A picture](lesson/some.png)

More prose.
"""


@pytest.fixture(scope="module")
def stored() -> NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_page_and_notebook_agree(stored: NotebookNode) -> None:
    assert page(stored) == TEXT, "edit docs/lesson.md, then: make lesson"
    assert {name: (DOCS / name).read_bytes() for name in pictures(stored)} == pictures(stored)


def test_the_notebook_can_be_read_without_running_it(stored: NotebookNode) -> None:
    nbformat.validate(stored)
    cells = [cell for cell in stored.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert {output.get("name", "stdout") for output in outputs} == {"stdout"}, "nothing but what it is to print"
    assert len(pictures(stored)) == TEXT.count("](lesson/")
    assert NOTEBOOK.stat().st_size < 400_000


@pytest.mark.slow
def test_what_cells_print_takes_the_place_of_what_they_printed(tmp_path: Path) -> None:
    small = notebook(SMALL)
    run(small, tmp_path)
    expected = SMALL.replace("what it printed before", "2")
    expected = expected.replace("the terminal\n```\n", "the terminal\n```\n\n```text\nfrom the terminal\n```\n")
    assert page(small) == expected.replace("\nx\n```\n", "\nx\n```\n\n```text\n2\n```\n")


@pytest.mark.slow
def test_a_command_that_fails_ends_it(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError):
        run(notebook("```sh\nfalse\necho on\n```\n"), tmp_path)


@pytest.mark.slow
def test_the_class_and_its_solutions_run_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    whole = notebook(TEXT)
    answers = solutions(TEXT)
    whole.cells += answers
    run(whole, DOCS)
    lines = [line.split() for line in printed(whole.cells).splitlines()]
    assert (lines.count(["True"]), lines.count(["False"])) == (4, 0)  # its few lines compute what the networks do
    losses = {line[0]: float(line[-1]) for line in lines if line[:1] in (["GRU"], ["RNN"]) and len(line) == 5}
    assert losses["GRU"] < 0.1 < 0.5 < losses["RNN"]  # after twenty dots
    assert len(answers) >= 6
    assert all(printed([cell]) for cell in answers[:5])
