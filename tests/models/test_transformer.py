"""The transformer of a comparison: causal, of the size that was asked for, and resumed as if it hadn't stopped."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from tempera.models.comparison.transformer import (
    CONTEXT,
    Transformer,
    count_parameters,
    loss,
    sampled,
    scored,
    width_for,
)
from tempera.models.comparison.transformer_training import TransformerRecipe, TransformerRun, train_transformer
from tempera.models.corpora.text import Text
from tempera.models.errors import BadRecipe
from tempera.models.tokenizers.characters import Vocabulary
from tests.models.toys import toy_text

VOCABULARY = 30


@pytest.fixture(scope="module")
def model() -> Transformer:
    torch.manual_seed(0)
    made = Transformer(VOCABULARY, 32).eval()
    for weight in made.parameters():
        weight.data.mul_(4)  # as if it had learned: small weights would make everything equally likely
    return made


def ids_of(count: int) -> torch.Tensor:
    return torch.randint(0, VOCABULARY, (count,), generator=torch.Generator().manual_seed(count))


def test_no_later_character_changes_earlier_logits(model: Transformer) -> None:
    ids = ids_of(50)
    other = ids.clone()
    other[30:] = (other[30:] + 1) % VOCABULARY
    before, after = (model(each[None])[0] for each in (ids, other))
    assert torch.allclose(before[:30], after[:30], atol=1e-5)
    assert not torch.allclose(before[30:], after[30:], atol=1e-3)


@pytest.mark.parametrize("vocabulary_size", [65, 2952])
def test_its_parameters_are_those_that_were_asked_for(vocabulary_size: int) -> None:
    width = width_for(1e6, vocabulary_size)
    counted = sum(weight.numel() for weight in Transformer(vocabulary_size, width).parameters())
    assert count_parameters(width, vocabulary_size) == counted == pytest.approx(1e6, rel=0.02)


@pytest.mark.parametrize("count", [2, 100, CONTEXT + 1, CONTEXT + 2, 3 * CONTEXT + 77])
@pytest.mark.parametrize("stride", [CONTEXT, CONTEXT // 2])
def test_every_character_but_the_first_is_scored_once_from_the_right_context(
    model: Transformer, count: int, stride: int
) -> None:
    ids = ids_of(count)
    assert torch.equal(torch.cat([targets for _, targets in scored(model, ids, stride)]), ids[1:])
    nats = 0.0
    for place in range(1, count):
        first = stride * max(0, (place - 1 - (CONTEXT - stride)) // stride)
        context = ids[first:place]
        assert CONTEXT >= len(context) >= min(place, CONTEXT - stride + 1)
        nats += functional.cross_entropy(model(context[None])[0, -1], ids[place]).item()
    assert loss(model, ids, stride) == pytest.approx(nats / (count - 1), rel=1e-4)


def test_what_it_writes_depends_on_the_seed_alone(model: Transformer) -> None:
    texts = [sampled(model, [1], 1.0, 1.0, CONTEXT + 20, seed) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    assert len(texts[0]) == CONTEXT + 20
    assert sampled(model, [1], 1.0, 0.0, 20, 1) == sampled(model, [1], 1.0, 0.0, 20, 2)


def toy() -> Text:
    return Text(Path("toy.txt"), toy_text(3000), "0" * 64)


@pytest.mark.slow
def test_a_run_that_is_resumed_ends_as_one_that_was_not(tmp_path: Path) -> None:
    text = toy()
    vocabulary = Vocabulary.of(text.text)
    recipe = TransformerRecipe(text_sha256=text.sha256, width=16, epochs=4.0)
    whole, begun, resumed = (TransformerRun(recipe, text, vocabulary, "fp32") for _ in range(3))
    for _ in range(10):
        whole.train_step()
    for _ in range(4):
        begun.train_step()
    begun.validate()
    begun.save(tmp_path)
    resumed.resume(tmp_path)
    for _ in range(6):
        resumed.train_step()
    assert all(
        torch.equal(one, other) for one, other in zip(whole.model.parameters(), resumed.model.parameters(), strict=True)
    )


@pytest.mark.slow
def test_a_transformer_is_trained_and_belongs_to_its_comparison(tmp_path: Path) -> None:
    result = train_transformer(tmp_path, toy(), 20_000, 0.02, "fp32")
    assert result.parameters == pytest.approx(20_000, rel=0.15)
    assert result.curve[-1].validation < result.curve[0].validation
    assert all(len(sample.text) == 300 for sample in result.samples)
    with pytest.raises(BadRecipe, match="belongs to another comparison"):
        train_transformer(tmp_path, toy(), 40_000, 0.02, "fp32")
