"""What a network writes while it learns: one short text per temperature, always from the same seed."""

from collections.abc import Iterator

from models.decodable import as_decoding_model
from models.engine.request import SampleRequest
from models.rnn import CharRNN
from models.sampling_params import SamplingParams
from models.words import AnyVocabulary
from models.writing import write

TEMPERATURES = (0.3, 0.8, 1.2)
CHARACTERS = 120
SEED = 1


def live_samples(model: CharRNN, vocabulary: AnyVocabulary, opening: str) -> Iterator[str]:
    """Yield a line per temperature from the weights of this moment, as the bot would write it after a line break.

    Where the alphabet has none, the text begins with `opening`. The network and torch's random numbers stay untouched.
    """
    prompt = vocabulary.fit("\n").text or opening
    requests = [
        SampleRequest(
            model="",
            prompt=prompt,
            language=0,
            params=SamplingParams(temperature=temperature, length=CHARACTERS, seed=SEED),
        )
        for temperature in TEMPERATURES
    ]
    for temperature, text in zip(TEMPERATURES, write(as_decoding_model(model, vocabulary), requests), strict=True):
        yield f"  T {temperature}  {_on_one_line(text)}"


def _on_one_line(text: str) -> str:
    """Return a text without characters that would move the cursor or colour the terminal."""
    return "".join(character if character.isprintable() else "\u00b7" for character in text.replace("\n", " / "))
