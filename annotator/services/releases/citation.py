"""CITATION.cff of a release: how to cite it, as far as the project knows.

Citation File Format 1.2.0. It has no authors of our making: who they are is for the lead to say.
"""

import json
import re
from typing import Final

from annotator.domain.manifest import Manifest

MESSAGE: Final = "If you use this dataset, please cite it as below."
# What SPDX names: letters, digits, dots and hyphens. Anything else is words.
_SPDX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


def citation(made: Manifest) -> str:
    """YAML; values are quoted as JSON, which YAML reads."""
    title = " ".join(made.project.title.split())
    lines = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": "dataset",
        "title": title,
        "authors": [{"name": f"The makers of the project {title}"}],
        "abstract": (
            f"{made.counts['items']} items labelled by {made.counts['annotators']} annotators under"
            f" version {made.codebook.version} of the codebook {made.codebook.code}, with agreement"
            " and settled labels."
        ),
        "version": f"codebook-{made.codebook.version}-{made.codebook.content_hash[:12]}",
    }
    if _SPDX.fullmatch(made.choices.licence):
        lines["license"] = made.choices.licence
    return "".join(f"{key}: {json.dumps(v, ensure_ascii=False)}\n" for key, v in lines.items())
