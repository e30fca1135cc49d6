"""`python -m models export --onnx`: ONNX Runtime computes what our networks do."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import GATES
from tests.fixtures_models import write_small, write_small_words
from tests.models.command import run_models

IDS = np.array([[5, 9], [1, 30], [64, 2], [7, 7], [20, 41], [33, 90], [2, 2], [11, 0]])


def session_of(path: Path) -> Any:
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def exported(folder: Path, name: str) -> Path:
    pytest.importorskip("onnx")
    done = run_models(folder, "export", name, "--onnx", "--out", str(path := folder / f"{name}.onnx"))
    assert done.returncode == 0, done.stderr
    return path


def test_every_cell_can_be_exported() -> None:
    graph = pytest.importorskip("tempera.models.formats.onnx_graph")
    assert graph.OPERATORS.keys() == GATES.keys()


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", GATES)
def test_onnx_runtime_gives_our_logits(cell: str, layers: int, tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small", scale=4.0, cell=cell, layers=layers)
    session = session_of(exported(tmp_path, "small"))
    import torch

    from tempera.models.networks.checkpoint import load_checkpoint

    model, _ = load_checkpoint(folder)
    state = np.random.default_rng(2).uniform(-0.9, 0.9, (*read_card(folder).architecture.state_shape[:2], 2, 32))
    with torch.inference_mode():
        wanted, wanted_state = model(torch.tensor(IDS), torch.tensor(state, dtype=torch.float32))
        start = model.initial_state(torch.tensor([0]))
    feeds = {"ids": IDS, "state": state.astype(np.float32)}
    logits, after, initial = session.run(["logits", "next_state", "initial_state"], feeds)
    assert np.abs(logits - wanted.numpy()).max() < 1e-4
    assert np.abs(after - wanted_state.numpy()).max() < 1e-4
    assert np.abs(initial[0] - start.numpy()[:, :, 0]).max() < 1e-6


def test_a_text_in_steps_equals_one_at_once(tmp_path: Path) -> None:
    write_small(tmp_path, "small", cell="gru-reset-before", layers=2)
    session = session_of(exported(tmp_path, "small"))
    state = np.zeros((2, 1, 2, 32), np.float32)
    whole, last, _ = session.run(None, {"ids": IDS, "state": state})
    for step, ids in enumerate(IDS):
        logits, state, _ = session.run(None, {"ids": ids[None], "state": state})
        assert np.abs(logits[0] - whole[step]).max() < 1e-4
    assert np.abs(state - last).max() < 1e-4


def test_vocabulary_and_licence_stand_in_the_file(tmp_path: Path) -> None:
    card = read_card(write_small(tmp_path, "small"))
    told = session_of(exported(tmp_path, "small")).get_modelmeta().custom_metadata_map
    assert (told["licence"], told["name"], told["unit"]) == ("MIT", "small", "character")
    assert json.loads(told["vocabulary"]) == list(card.characters)
    words = read_card(write_small_words(tmp_path, "words"))
    told = session_of(exported(tmp_path, "words")).get_modelmeta().custom_metadata_map
    assert json.loads(told["vocabulary"]) == list(words.tokens)


def test_what_cannot_be_exported_is_refused(tmp_path: Path) -> None:
    write_small(tmp_path, "small")
    assert "--onnx" in run_models(tmp_path, "export", "small").stderr
    path = exported(tmp_path, "small")
    again = run_models(tmp_path, "export", "small", "--onnx", "--out", str(path))
    assert (again.returncode, "choose another file" in again.stderr) == (2, True)


@pytest.mark.slow
def test_without_onnx_it_says_what_to_install(tmp_path: Path) -> None:
    write_small(tmp_path, "small")
    program = (
        "import sys; sys.modules['onnx'] = None; from tempera.models.__main__ import main;"
        f"sys.argv = ['models', '--checkpoints', {str(tmp_path)!r}, 'export', 'small', '--onnx'];"
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, "pip install -e '.[export]'" in done.stderr) == (2, True), done.stderr
