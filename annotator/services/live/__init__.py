"""Agreement that is kept up to date while people label; see `LiveAgreement`."""

from annotator.services.live.headlines import Headline
from annotator.services.live.keeping import LiveAgreement

__all__ = ["Headline", "LiveAgreement"]
