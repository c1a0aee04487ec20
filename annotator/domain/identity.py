"""Names that a release gives to things: made from content, so that any machine makes the same ones.

No number of the database leaves it. An id is a letter for the kind and 16 hex digits of a SHA-256;
the kind is hashed too, so that a document and a source of the same name have different digits.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator

DIGITS = 16
PSEUDONYM_DIGITS = 8


def source_id(name: str) -> str:
    """The id of a source, and of the item when the source itself is rated: `s-` and 16 digits."""
    return _made("s", name)


def document_id(source_name: str, key: str) -> str:
    """The id of a document, and of the item when it is labelled whole: `d-` and 16 digits.

    `key` is the external id, else the URL, else the file name: what makes it the same document.
    """
    return _made("d", source_name, key)


def item_id(document: str, text: str, occurrence: int) -> str:
    """The id of a paragraph: `p-` and 16 digits.

    It holds as long as its text stands in the document, whatever is changed around it.

    Args:
        document: `document_id` of its document.
        text: the paragraph, exactly.
        occurrence: which of the paragraphs of the document with this very text, from 1.
    """
    return _made("p", document, text, str(occurrence))


def item_ids(document: str, texts: Iterable[str]) -> Iterator[str]:
    """The ids of all paragraphs of a document, whose texts come in reading order."""
    met: Counter[str] = Counter()
    for text in texts:
        met[text] += 1
        yield item_id(document, text, met[text])


def cluster_id(kind: str, key: str) -> str:
    """The id of a cluster of near-duplicates: `c-` and 16 digits."""
    return _made("c", kind, key)


def pseudonym(key: bytes, name: str) -> str:
    """What an annotator is called outside the project, such as `annotator-3f9c12ab`.

    HMAC-SHA256 under the key of the project: the same person has the same pseudonym in each of its
    releases, another one in every other project, and without the key a list of names cannot be
    tried. Eight digits: among 1,000 annotators two share one with a chance of 1 in 8,600.
    """
    digest = hmac.new(key, name.encode(), hashlib.sha256).hexdigest()
    return f"annotator-{digest[:PSEUDONYM_DIGITS]}"


def _made(kind: str, *parts: str) -> str:
    # JSON tells ["ab", "c"] from ["a", "bc"], and writes a lone surrogate, which UTF-8 cannot.
    content = json.dumps([kind, *parts])
    return f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:DIGITS]}"
