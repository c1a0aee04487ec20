"""How much gold a refit of the suggestions needs; asked by pages, so without numpy."""

from typing import Final

from annotator.errors import DataInvalid

AT_LEAST: Final = 20

TOO_FEW: Final = (
    "The gold has {noise} paragraphs of noise and {main} of text: a refit needs {least} of each."
)
ONE_SOURCE: Final = (
    "The gold is from one source: a refit is measured on sources it has not seen, and needs two."
)


def require_enough(*, noise: int, main: int, sources: int) -> None:
    """Raises:
    DataInvalid: this is too little gold for a refit; the sentence says what there is.
    """
    if min(noise, main) < AT_LEAST:
        raise DataInvalid(TOO_FEW.format(noise=noise, main=main, least=AT_LEAST))
    if sources == 1:
        raise DataInvalid(ONE_SOURCE)
