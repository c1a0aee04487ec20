"""Writers of foreign formats, one a module, each into a folder of its name below a release.

A writer is a function (frozen release, empty folder) -> sentences on what the format cannot hold.
A new format is a module, a line in `WRITERS` and its name in `annotator.domain.manifest`. The same
release gives the same bytes; the libraries behind a format are imported when it is written.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from annotator.domain.manifest import ForeignFormat
from annotator.formats.releases import (
    croissant,
    crowdkit,
    excel,
    frictionless,
    huggingface,
    label_studio,
    lewidi,
    refi_qda,
    spss,
    stata,
    web_annotation,
)
from annotator.formats.releases.frozen import Frozen

__all__ = ["WRITERS", "Frozen", "Writer"]

Writer = Callable[[Frozen, Path], tuple[str, ...]]

WRITERS: Final[Mapping[ForeignFormat, Writer]] = {
    "huggingface": huggingface.write,
    "frictionless": frictionless.write,
    "croissant": croissant.write,
    "excel": excel.write,
    "spss": spss.write,
    "stata": stata.write,
    "label-studio": label_studio.write,
    "refi-qda": refi_qda.write,
    "web-annotation": web_annotation.write,
    "crowdkit": crowdkit.write,
    "lewidi": lewidi.write,
}
