"""Training where torch has no bf16 LSTM, and where it has one, on whatever processor the tests run."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml

from tempera.models.auto_recipe.corpus_stats import corpus_stats
from tempera.models.auto_recipe.sizing import candidate_plans
from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.errors import BadRecipe
from tempera.models.training.dataset import Dataset
from tempera.models.training.precision import resolve_precision, trains_in_bf16
from tempera.models.training.recipe import Precision, Recipe, read_recipe
from tempera.models.training.run_files import RESUME_FILE
from tempera.models.training.train import RunOptions
from tempera.models.training.trainer import Trainer
from tests.models.command import run_models
from tests.models.toys import RECIPE, losses, toy_text, write_recipe

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
IN_FP32 = "this machine can't train in bf16; using fp32"
# Python runs a module of this name first of all, in a command's workers, too.
LSTM = """
import torch
real = torch.lstm
def refuse(*_):
    raise RuntimeError("could not create a primitive descriptor for the LSTM {} propagation primitive")
def lstm(inputs, *rest):
    if not torch.is_autocast_enabled("cpu"):
        return real(inputs, *rest)
    with torch.autocast("cpu", enabled=False):
        outputs = real(inputs.bfloat16().float(), *rest)
    {}
    return outputs
torch.lstm = lstm
"""
NO_FORWARD = LSTM.format("forward", "refuse()")
NO_BACKWARD = LSTM.format("backward", "outputs[0].requires_grad and outputs[0].register_hook(refuse)")
WITH_BF16 = LSTM.format("", "")
NO_INT8 = """
import torch
def refuse(*_, **__):
    raise RuntimeError("Didn't find engine for operation quantized::linear_prepack NoQEngine")
torch.quantize_per_channel = torch.quantize_per_tensor = torch.ops.quantized.linear_prepack = refuse
torch.ops.onednn.qlinear_prepack = torch.ao.quantization.quantize_dynamic = torch._weight_int8pack_mm = refuse
assert torch.ops.quantized.linear_prepack is refuse
"""
AFTER_A_GPU = """
import sys
from pathlib import Path
from tempera.models.training.recipe import read_recipe
from tempera.models.training.export import export_checkpoint
from tempera.models.training.dataset import Dataset
from tempera.models.training.trainer import Trainer
path = Path(sys.argv[1])
recipe = read_recipe(path)
dataset = Dataset(recipe, path)
parts = dataset.ids("train"), dataset.ids("validation")
trainer = Trainer(recipe.in_precision("fp32"), dataset, recipe.optimization, *parts, path.parent)
export_checkpoint(recipe, dataset, [trainer], path.parent / "released")
"""
SMALL_PROCESSOR = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}


def run(folder: Path, torch_is: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, in which torch is other than here."""
    models = ["-m", "models", "--checkpoints", str(folder / "checkpoints")]
    return python(folder, torch_is, *models, *arguments, **environment)


def python(folder: Path, torch_is: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "sitecustomize.py").write_text(torch_is)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(folder), "CUDA_VISIBLE_DEVICES": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def train_arguments(source: Path, *more: str) -> list[str]:
    places = ["--runs", str(source.parent / "runs")]
    return ["train", str(source), *places, "--minutes", "0.1", "--no-samples", "--device", "cpu", *more]


def compare_arguments(text: Path, *more: str) -> list[str]:
    places = ["--out", str(text.parent / "page"), "--runs", str(text.parent / "compared")]
    return ["compare", str(text), *places, "--parameters", "4000", "--minutes-per-cell", "0.001", *more]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "toy.txt"
    path.write_text(toy_text(1000))
    return path


@pytest.fixture
def bf16_recipe(text: Path) -> Path:
    config = RECIPE["optimization"] | {"precision": "bf16", "epochs": 2}
    finish = {"epochs": 0.5, "recurrent_learning_rate": 0.005, "learning_rate": 0.005}
    return write_recipe(text.parent, RECIPE | {"optimization": config, "finish": finish})


@pytest.fixture
def bilingual_recipe(bf16_recipe: Path) -> Path:
    """The beginnings of its languages are learned once more at the end."""
    corpora = [RECIPE["corpora"][0] | {"language": language} for language in ("xx", "yy")]
    content = yaml.safe_load(bf16_recipe.read_text()) | {"languages": ["xx", "yy"], "corpora": corpora}
    return write_recipe(bf16_recipe.parent, content)


def test_a_recipe_that_asks_for_bf16_is_trained_in_fp32_where_there_is_none(
    bilingual_recipe: Path, tmp_path: Path
) -> None:
    done = run(tmp_path, NO_FORWARD, *train_arguments(bilingual_recipe))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("bf16") == done.stdout.count(f"{bilingual_recipe}: {IN_FP32}\n") == 1
    assert (tmp_path / "checkpoints" / "toy" / "model.json").exists()
    fallen_back = losses(bilingual_recipe)
    (tmp_path / "runs").rename(tmp_path / "first")
    forced = run_models(tmp_path, *train_arguments(bilingual_recipe, "--precision", "fp32"))
    assert forced.returncode == 0, forced.stderr
    assert "bf16" not in forced.stdout
    assert losses(bilingual_recipe) == fallen_back


def test_a_torch_without_int8_engines_trains_shows_samples_and_leaves_a_model_that_writes(
    bilingual_recipe: Path, tmp_path: Path
) -> None:
    arguments = [word for word in train_arguments(bilingual_recipe) if word != "--no-samples"]
    done = run(tmp_path, NO_INT8, *arguments)
    assert done.returncode == 0, done.stderr
    assert "T 0.8" in done.stdout
    written = run(tmp_path, NO_INT8, "sample", "toy", "--prompt", "a", "--length", "20")
    assert written.returncode == 0, written.stderr
    assert len(written.stdout.removesuffix("\n")) >= 20


def test_beginnings_are_learned_on_the_processor_whatever_the_rest_was_learned_on(
    bilingual_recipe: Path, tmp_path: Path
) -> None:
    done = python(tmp_path, NO_FORWARD, "-c", AFTER_A_GPU, str(bilingual_recipe))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "released" / "model.json").exists()


def test_workers_learn_in_fp32_too_where_there_is_no_bf16(bf16_recipe: Path, tmp_path: Path) -> None:
    done = run(tmp_path, NO_BACKWARD, *train_arguments(bf16_recipe, "--workers", "2"))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert IN_FP32 in done.stdout


def test_a_text_is_trained_in_fp32_where_there_is_no_bf16_and_hears_why(text: Path, tmp_path: Path) -> None:
    done = run(tmp_path, NO_FORWARD, *train_arguments(text, "--workers", "1"))
    assert done.returncode == 0, done.stderr
    assert "\n  fp32: this machine can't train in bf16\n" in done.stdout
    assert done.stdout.count("bf16") == 1
    assert read_recipe(tmp_path / "runs" / "toy" / "recipe.yaml").optimization.precision == "fp32"


def test_a_text_takes_the_faster_precision_where_there_are_both(text: Path, tmp_path: Path) -> None:
    done = run(tmp_path, WITH_BF16, *train_arguments(text, "--workers", "1"))
    assert done.returncode == 0, done.stderr
    assert " times as fast as " in done.stdout


def test_a_text_takes_the_precision_that_is_insisted_on(text: Path) -> None:
    done = run_models(text.parent, *train_arguments(text, "--workers", "1", "--precision", "fp32"))
    assert done.returncode == 0, done.stderr
    assert "\n  fp32: requested with --precision\n" in done.stdout
    assert " times as fast as " not in done.stdout


def test_a_text_that_began_in_bf16_goes_on_where_there_is_none(text: Path, tmp_path: Path) -> None:
    recipe = candidate_plans(corpus_stats([text], "toy", "und", "", Wishes(hidden_size=64)), "bf16")[0].recipe(1)
    begun = tmp_path / "runs" / "toy"
    begun.mkdir(parents=True)
    (begun / "recipe.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json")))
    done = run(tmp_path, NO_FORWARD, *train_arguments(text, "--resume"))
    assert done.returncode == 0, done.stderr
    assert IN_FP32 in done.stdout


@pytest.mark.parametrize("command", [train_arguments, compare_arguments])
def test_who_insists_on_bf16_where_there_is_none_is_refused(
    text: Path, tmp_path: Path, command: Callable[..., list[str]]
) -> None:
    done = run(tmp_path, NO_FORWARD, *command(text, "--precision", "bf16"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "can't train LSTMs in bf16" in done.stderr.splitlines()[-1]
    assert "omit --precision" in done.stderr.splitlines()[-1]
    assert not [path for path in tmp_path.iterdir() if path.is_dir() and path.name != "__pycache__"]


def test_a_recipe_is_not_carried_out_in_bf16_by_force(bf16_recipe: Path, tmp_path: Path) -> None:
    done = run(tmp_path, NO_BACKWARD, *train_arguments(bf16_recipe, "--precision", "bf16"))
    assert done.returncode == 2
    assert "omit --precision" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "runs").exists()


def test_a_comparison_is_in_fp32_throughout_where_one_cell_has_no_bf16(text: Path, tmp_path: Path) -> None:
    done = run(tmp_path, NO_FORWARD, *compare_arguments(text))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("bf16") == done.stdout.count(f"{text}: {IN_FP32}\n") == 1
    rnn = (tmp_path / "compared" / "rnn" / "losses.csv").read_text()
    asked = yaml.safe_load((tmp_path / "compared" / "rnn.yaml").read_text())
    assert asked["optimization"]["precision"] == "bf16", "so it may go on elsewhere"
    asked["optimization"]["precision"] = "fp32"
    again = write_recipe(tmp_path, asked | {"name": "toy"})
    assert run_models(tmp_path, *train_arguments(again)).returncode == 0
    assert losses(again) == [row.rsplit(",", 2)[0] for row in rnn.splitlines()]


@pytest.mark.parametrize("source", ["toy.txt", "toy.yaml", "compare"])
def test_everything_trains_on_a_processor_that_has_avx2_alone(bf16_recipe: Path, tmp_path: Path, source: str) -> None:
    text = bf16_recipe.with_name("toy.txt")
    arguments = compare_arguments(text) if source == "compare" else train_arguments(tmp_path / source, "--workers", "1")
    done = run(tmp_path, "", *arguments, **SMALL_PROCESSOR)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def plain_run(recipe: Recipe, path: Path, precision: Precision) -> Trainer:
    """A run of plain RNNs, which have bf16 on every processor."""
    adapt = RunOptions(device="cpu", precision=precision).adapt(recipe)
    data = Dataset(adapt, path)
    return Trainer(adapt, data, adapt.optimization, data.ids("train"), data.ids("validation"), path.parent)


@pytest.mark.parametrize(("first", "then"), [("bf16", "fp32"), ("fp32", "bf16")])
def test_a_run_goes_on_in_another_precision_but_not_with_another_recipe(
    text: Path, first: Precision, then: Precision
) -> None:
    path = write_recipe(text.parent, RECIPE | {"model": RECIPE["model"] | {"cell": "rnn"}})
    recipe = read_recipe(path)
    begun, unbroken = (plain_run(recipe, path, precision) for precision in (first, then))
    for _ in range(5):
        assert begun.train_step() != unbroken.train_step()
    begun.save()
    resumed = plain_run(recipe, path, then)
    resumed.resume()
    assert resumed.train_step() == pytest.approx(begun.train_step(), rel=0.01)
    other = plain_run(recipe.model_copy(update={"title": "Another"}), path, then)
    with pytest.raises(BadRecipe, match="another recipe"):
        other.resume()


@pytest.mark.parametrize(("first", "then"), [("bf16", "fp32"), ("fp32", "bf16"), ("fp32", "fp32")])
def test_a_run_whose_signature_holds_the_precision_goes_on(text: Path, first: Precision, then: Precision) -> None:
    """Resume files were written so before runs could go on in another precision."""
    path = write_recipe(text.parent, RECIPE | {"model": RECIPE["model"] | {"cell": "rnn"}})
    recipe = read_recipe(path)
    begun = plain_run(recipe, path, first)
    begun.train_step()
    begun.save()
    file = path.parent / RESUME_FILE
    with_precision = begun.recipe.model_dump_json(exclude={"finish"}), begun.config.model_dump_json()
    signature = "".join((*with_precision, *begun.text_checksums))
    torch.save(torch.load(file, weights_only=True) | {"signature": signature}, file)
    resumed = plain_run(recipe, path, then)
    resumed.resume()
    assert resumed.progress.step == 1


def test_trying_leaves_the_random_numbers_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3).tolist()
    torch.manual_seed(1)
    trains_in_bf16.cache_clear()
    assert trains_in_bf16("rnn")
    assert torch.rand(3).tolist() == expected


def test_a_graphics_card_is_not_asked_for_what_the_processor_has() -> None:
    assert [resolve_precision(asked, None, ["no such cell"], "cuda") for asked in ("bf16", "fp32")] == ["bf16", "fp32"]
