"""Source-blind masking: a text without the names of its publisher and authors.

`Mask` says what is hidden, `View` is what is left to see and maps offsets both ways. Pure: who sees
a masked text is for `annotator.services.masking`.
"""

from annotator.domain.masking.masks import Hit, Kind, Mask
from annotator.domain.masking.views import PLACEHOLDER, Place, View

__all__ = ["PLACEHOLDER", "Hit", "Kind", "Mask", "Place", "View"]
