"""`python -m benchmarks.operations`: where a step's time goes, by operation, as torch's profiler sees it."""

import argparse

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.ours import decoding_network, ours
from benchmarks.shapes import random_shape
from benchmarks.writing import Write

STEPS = 640
SHOWN = 10


def spent(write: Write) -> list[tuple[str, float, float]]:
    """Return (operation, calls a step, microseconds a step), the longest first; profiling adds to each call."""
    write(STEPS)
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        write(STEPS)
    events = sorted(profiled.key_averages(), key=lambda event: -event.self_cpu_time_total)
    return [(event.key, event.count / STEPS, event.self_cpu_time_total / STEPS) for event in events]


def main() -> None:
    """Print the longest operations."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_known_args()
    torch.set_num_threads(1)
    network = decoding_network(random_shape("lstm", 100).model)
    for title, streams, top_k, top_p in (("1 text", 1, 0, 1.0), ("64 texts", 64, 0, 1.0), ("with top-k", 64, 40, 0.9)):
        print(f"\n{title}: calls a step, microseconds a step")
        for name, calls, microseconds in spent(ours(network, streams, top_k=top_k, top_p=top_p))[:SHOWN]:
            print(f"{name.partition('::')[2] or name:58}{calls:6.1f}{microseconds:8.1f}")


if __name__ == "__main__":
    main()
