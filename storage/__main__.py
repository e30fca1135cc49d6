"""`python -m storage`."""

import sys

from tempera.storage.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
