"""Noise told by the part of the web page that it stands in."""

from typing import Final

from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.placing import Region

# Counted on the pages of docs/noise-model.md that come with their HTML: 6,067 of 6,073. A region
# counts only where it holds little of the page's running text (`formats.html_lines`).
IN_REGION: Final = 0.95

# The type and the reason.
WORDS: Final[dict[Region, tuple[str, str]]] = {
    "navigation": ("navigation", "It stands in the navigation of the page."),
    "footer": ("navigation", "It stands in the footer of the page."),
    "aside": ("teaser", "It stands beside the article, in a part of the page of its own."),
    "controls": ("widget", "It belongs to a form or a button of the page."),
    "comments": ("widget", "It stands among the comments of the page."),
    "sharing": ("widget", "It stands among the buttons for sharing the page."),
    "related": ("teaser", "It stands where the page names other documents."),
    "newsletter": ("banner", "It stands where the page asks for subscriptions."),
    "advertising": ("banner", "It stands in a place for advertising."),
    "cookies": ("banner", "It belongs to the notice about cookies."),
    "author": ("byline", "It stands where the page names its author."),
}


def placed_apart(around: Surroundings, position: int) -> Finding | None:
    """In navigation, a footer, a form: what the tags of the page set apart from the article."""
    if around.placed is None:
        return None
    region = around.placed[position].region
    if region is None:
        return None
    noise_type, reason = WORDS[region]
    return Finding(noise_type, IN_REGION, reason)
