"""`python -m tests.decoder.harness`: the kernel without Python, under sanitizers or another machine's instructions.

python -m tests.decoder.harness --compiler aarch64-linux-gnu-gcc --runner qemu-aarch64-static -static
python -m tests.decoder.harness -O1 -g -DTILES_IN_C -fsanitize=address,undefined -fno-sanitize-recover=all
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.decoder.builds import FLAGS
from tests.decoder.cases import every_case
from tests.decoder.dump import dump

SOURCE = Path(__file__).with_name("harness.c")


def main() -> int:
    """Compile harness.c, let it compare, and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--runner", default="", help="a program that runs the machine's programs, such as qemu")
    known, options = parser.parse_known_args()
    with TemporaryDirectory() as folder:
        program, cases = Path(folder) / "harness", Path(folder) / "cases.bin"
        subprocess.run([known.compiler, *FLAGS, *options, str(SOURCE), "-o", str(program)], check=True)
        with cases.open("wb") as file:
            dump(list(every_case()), file)
        return subprocess.run([*known.runner.split(), str(program), str(cases)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
