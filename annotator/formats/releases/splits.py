"""The split of an item, for formats that come in splits."""

from typing import Any, Final

# Where a release was made without splits, all of it is one.
WHOLE: Final = "train"


def split_of(item: dict[str, Any]) -> str:
    """The split of a row of `items`."""
    return item.get("split") or WHOLE
