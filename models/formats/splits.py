"""The parts of a text: gradients see `train`, `validation` selects and calibrates, and only `evaluate` reads `test`."""

TEST_FRACTION = 0.1  # of the text, its end
VALIDATION_FRACTION = 0.05  # of the rest, its end
MAX_VALIDATION_CHARACTERS = 600_000  # scoring more would take minutes and change nothing
SPLITS = {
    "test": "last 10 %",
    "train": "training part",
    "validation": "validation part",
    "train+validation": "first 90 %",
    "all": "all",
}


def split_slice(name: str, characters: int) -> slice:
    """Return where a split stands in a text of so many characters; raises KeyError for an unknown name."""
    test = int((1 - TEST_FRACTION) * characters)
    validation = max(int((1 - VALIDATION_FRACTION) * test), test - MAX_VALIDATION_CHARACTERS)
    return {
        "test": slice(test, None),
        "train": slice(validation),
        "validation": slice(validation, test),
        "train+validation": slice(test),
        "all": slice(None),
    }[name]
