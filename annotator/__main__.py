"""The `annotator` command; `python -m annotator` is the same."""

import gc

# What modules make as they are imported stays, and to look for garbage among it would take a tenth
# of the time in which a server starts.
gc.disable()
from annotator.cli import main  # noqa: E402

gc.enable()

if __name__ == "__main__":
    main()
