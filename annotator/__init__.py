"""Label paragraphs of news, score the agreement, settle the rest, release a dataset."""

__version__ = "0.1.0"
