"""`python -m autograder`."""

import sys

from autograder.command import main

if __name__ == "__main__":
    sys.exit(main())
