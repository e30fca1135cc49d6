"""`python -m benchmarks.decoding`: characters per second, ours and others', in turns on one core with one thread.

Ratios are taken within each round. The roofline is what one text could get if a step took no longer than to read its
int8 weights, the multiply loop what many could get if they took no longer than to multiply by them.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import torch

from benchmarks.contestants import HAS_ONNX, ceilings, former, writing
from benchmarks.decoder import other_variants
from benchmarks.decoding_plot import plot
from benchmarks.decoding_rows import Found, promises, speeds
from benchmarks.rounds import chosen, interleaved, print_rows, use_one_core, write_csv
from benchmarks.shapes import Shape, all_shapes
from benchmarks.targets import COLUMNS, NARROW, Targets, is_fastest, targets
from tempera.models.decoder.implementations.selection import best_implementation

ROUNDS = 11


def measure(shape: Shape, rounds: int) -> Found:
    """Return everyone's characters per second in each round."""
    with ExitStack() as stack:
        return interleaved(writing(shape) | former(shape, stack) | ceilings(shape), rounds)


def torch_is_wider(variant: str) -> bool:
    """Whether FAIR has wider instructions than a variant; ATEN_CPU_CAPABILITY=avx2 keeps it from using them."""
    return COLUMNS.get(variant) is NARROW and torch.backends.cpu.get_cpu_capability() == "AVX512"


def targets_of(shape: Shape, variant: str) -> Targets:
    """Return the targets of a network on this machine."""
    return targets(variant, shape.vocabulary_size, torch_is_wider(variant), [name for name, _ in other_variants()])


def caveats(variant: str) -> Iterator[str]:
    """Yield why something is missing, or has no target."""
    if torch_is_wider(variant):
        yield "FAIR has wider instructions than ours here, so it is no measure: set ATEN_CPU_CAPABILITY=avx2"
    if not is_fastest(variant, [name for name, _ in other_variants()]):
        yield f"Rivals may use what {variant} does without, so being ahead of them is no target"
    if not HAS_ONNX:
        yield "Without ONNX Runtime, which is not installed: pip install 'tempera[bench]'"


def show(shape: Shape, measured: Found) -> None:
    """Print a network's speeds, and beside their targets what follows from them."""
    variant = best_implementation().variant
    targets = targets_of(shape, variant) if shape.has_targets else Targets()
    print_rows(f"{shape}: characters per second, times FAIR with one text", speeds(measured, targets), variant)
    print_rows(f"{shape}: shares and ratios", promises(measured, targets), variant)


def main() -> None:
    """Print every network's tables; keep raw rounds and plots where asked."""
    options = chosen(__doc__, ROUNDS)
    core = use_one_core()
    torch.set_num_threads(1)
    print(f"Decoding on core {core}, {options.rounds} rounds, torch with {torch.backends.cpu.get_cpu_capability()}")
    for line in caveats(best_implementation().variant):
        print(line)
    for shape in all_shapes():
        measured = measure(shape, options.rounds)
        show(shape, measured)
        if options.save:
            write_csv(options.save / f"decoding-{shape.name}.csv", {str(who): measured[who] for who in measured})
            plot(options.save / f"decoding-{shape.name}.png", str(shape), measured)


if __name__ == "__main__":
    main()
