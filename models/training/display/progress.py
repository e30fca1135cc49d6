"""What a training shows: a progress bar on a terminal, else a line per validation; and live samples."""

import math
import sys
import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

from tempera.models.training.display.live_samples import sample_lines
from tempera.models.training.trainer import Trainer


class ProgressDisplay:
    """Shows how far a stage is; a context manager."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._began, self._first_step = time.monotonic(), trainer.progress.step
        self._bar = tqdm(total=trainer.steps, initial=self._first_step, unit="step", smoothing=0.05, disable=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._bar.close()

    def step(self, seconds: float) -> None:
        """Show one more step, which took this long."""
        trainer = self._trainer
        if not self._bar.disable:
            best = f"best {trainer.progress.best_validation:.4f} nats/{trainer.recipe.token}"
            speed = self._speed(trainer.tokens_per_step / seconds)
            self._bar.set_postfix_str(f"{self._losses(' ')} {best}, {speed}", refresh=False)
        self._bar.update()

    def validation(self, samples: list[str], warning: str | None) -> None:
        """Show the losses and samples of the last validation, and what to be warned of."""
        if self._bar.disable:
            print(self._line(), file=sys.stderr, flush=True)
        if samples:
            self._print(f"\n{self._epoch()}, {self._losses(', ')}")
            for line in sample_lines(samples):
                self._print(line)
        if warning:
            self._print(warning)
        if self._trainer.stopped_early:
            self._print(self._stopped())

    def _print(self, line: str) -> None:
        """Print a line above the bar."""
        with tqdm.external_write_mode():
            print(line, flush=True)

    def _line(self) -> str:
        trainer = self._trainer
        steps = trainer.progress.step - self._first_step
        seconds_per_step = (time.monotonic() - self._began) / max(1, steps)
        left = tqdm.format_interval((trainer.steps - trainer.progress.step) * seconds_per_step)
        speed = self._speed(trainer.tokens_per_step / seconds_per_step)
        losses = f"{self._losses(', ')} nats/{trainer.recipe.token}"
        return f"{trainer.recipe.name}: {self._epoch()}, {losses}, {speed}, {left} left"

    def _epoch(self) -> str:
        return f"epoch {self._trainer.progress.losses[-1]['epoch']:.2f}"

    def _losses(self, separator: str) -> str:
        losses = self._trainer.progress.losses
        last = losses[-1] if losses else {"train": math.nan, "validation": math.nan}
        return separator.join(f"{part} {last[part]:.4f}" for part in ("train", "validation"))

    def _speed(self, tokens_per_second: float) -> str:
        return f"{tokens_per_second:,.0f} {self._trainer.recipe.token}s/s"

    def _stopped(self) -> str:
        best = min(self._trainer.progress.losses, key=lambda row: row["validation"])
        return (
            f"Stopped early: no better validation loss in {self._trainer.config.patience} validations; "
            f"keeping the weights of epoch {best['epoch']:.2f}."
        )
