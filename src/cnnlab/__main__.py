"""`python -m cnnlab`."""

import sys

from cnnlab.command import main

if __name__ == "__main__":
    sys.exit(main())
