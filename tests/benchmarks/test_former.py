"""The former decoder as a contestant: unpacked from history, in a process of its own."""

import subprocess
from pathlib import Path

import pytest
import torch

from benchmarks.former import NoHistory, running_former, unpack
from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN

pytestmark = pytest.mark.slow


def test_it_takes_turns_where_there_is_its_history() -> None:
    torch.manual_seed(1)
    model = CharRNN(Architecture(cell="gru", layers=2, hidden_size=32, embedding_size=16), 11)
    try:
        with running_former(model) as former:
            assert all(former.characters_per_second(streams, 16) > 0 for streams in (1, 3, 1))
    except NoHistory:
        pytest.skip("this checkout has no history")


def test_without_its_commit_or_a_repository_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NoHistory):
        unpack(tmp_path, root=tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    with pytest.raises(NoHistory):
        unpack(tmp_path, root=tmp_path)
