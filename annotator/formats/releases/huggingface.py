"""A folder for Hugging Face `datasets`: Parquet by configuration and split, and a dataset card.

`gold` has the items on which something is settled, `annotations` every judgment with its text.
"""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from annotator.domain.dataset import Table
from annotator.formats import table_jsonl, table_parquet
from annotator.formats.releases import json_out
from annotator.formats.releases.frozen import Frozen, Record
from annotator.formats.releases.splits import WHOLE, split_of

GOLD: Final = "gold"
ANNOTATIONS: Final = "annotations"
# Columns of `items` that every judgment carries with it.
CARRIED: Final = ("text", "lang", "source_id", "position", "split")
SPLITS: Final = (WHOLE, "validation", "test")
SIZES: Final = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)  # fmt: skip
LOSSES: Final = (
    (
        "`gold` has only the items on which something is settled; all items stand in the tables of "
        "the release."
    ),
    "Labels are texts, not numbered classes: a settled label may be several that are all right.",
    "The tables annotators and sources, and the definitions of the labels, are not in it.",
)
NO_GOLD: Final = "Nothing is settled yet, so there is no configuration `gold`."

_ROW = Callable[[tuple[Any, ...]], None]


def write(frozen: Frozen, folder: Path) -> tuple[str, ...]:
    """Write the files into an empty folder. Returns what the format cannot hold, in sentences."""
    items, judged = frozen.tables["items"], _judged(frozen)
    parts = _Parts(folder, {GOLD: items, ANNOTATIONS: judged})
    languages: Counter[str] = Counter()
    with frozen.judgments() as judgments, parts:
        for item in frozen.records("items"):
            languages[item["lang"] or ""] += item["scope"] == "paragraph"
            if any(item[f"gold_method.{question.code}"] for question in frozen.settled):
                parts.append(GOLD, split_of(item), item)
            for row in judgments.of(item["item_id"]):
                parts.append(ANNOTATIONS, split_of(item), item | row)
    rows = parts.convert()
    card = _card(frozen, parts.files, rows[ANNOTATIONS], sorted(filter(None, languages)))
    (folder / "README.md").write_text(card, encoding="utf-8", newline="")
    return LOSSES if rows[GOLD] else (*LOSSES, NO_GOLD)


def _judged(frozen: Frozen) -> Table:
    """`annotations` with columns of the item behind its own."""
    table = frozen.tables["annotations"]
    known = {column.name: column for column in frozen.tables["items"].columns}
    carried = [known[name] for name in CARRIED if name in known and name not in table.names]
    return replace(table, columns=(*table.columns, *carried))


class _Parts:
    """Rows by configuration and split; JSON Lines first, then Parquet in their place."""

    def __init__(self, folder: Path, tables: dict[str, Table]) -> None:
        self.files: dict[str, dict[str, str]] = {name: {} for name in tables}
        self._folder = folder
        self._tables = tables
        self._rows: Counter[tuple[str, str]] = Counter()
        self._open: dict[tuple[str, str], _ROW] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def append(self, config: str, split: str, record: Record) -> None:
        part = config, split
        if part not in self._open:
            lines = self._path(part, table_jsonl.SUFFIX)
            lines.parent.mkdir(exist_ok=True)
            opened = table_jsonl.writer(lines, self._tables[config])
            self._open[part] = self._stack.enter_context(opened)
        self._open[part](tuple(record[name] for name in self._tables[config].names))
        self._rows[part] += 1

    def convert(self) -> Counter[str]:
        """Make the Parquet files; returns the rows of each configuration."""
        counts: Counter[str] = Counter()
        for part in sorted(self._open, key=lambda part: (part[0], _place(part[1]))):
            config, split = part
            lines, path = self._path(part, table_jsonl.SUFFIX), self._path(part, ".parquet")
            table_parquet.convert(lines, path, self._tables[config])
            lines.unlink()
            self.files[config][split] = f"{config}/{path.name}"
            counts[config] += self._rows[part]
        return counts

    def _path(self, part: tuple[str, str], suffix: str) -> Path:
        config, split = part
        return self._folder / config / f"{split}{suffix}"


def _place(split: str) -> tuple[int, str]:
    return (SPLITS.index(split) if split in SPLITS else len(SPLITS), split)


def _card(frozen: Frozen, files: dict[str, dict[str, str]], rows: int, languages: list[str]) -> str:
    made = frozen.made
    size = next((name for limit, name in SIZES if rows < limit), "n>10M")
    return f"""\
---
pretty_name: {json_out.compact(made.project.title)}
license: other
license_name: {json_out.compact("see the release")}
{_listed("language", [code for code in languages if re.fullmatch("[a-z]{2,3}", code)])}\
task_categories:
- text-classification
size_categories:
- {size}
{_configs(files)}---

# {" ".join(made.project.title.split())}

Labels under the codebook `{made.codebook.code}`, version {made.codebook.version}.
{made.texts_licence}

```python
from datasets import load_dataset

gold = load_dataset("path/to/huggingface", "gold")
annotations = load_dataset("path/to/huggingface", "annotations")
```

- `gold`: one row for each item on which something is settled; the columns of `items`.
- `annotations`: one row per item, annotator and question, with the text; rows with an empty
  `excluded` count in agreement.

README.md and codebook.yaml of the release explain every column and label.
"""


def _configs(files: dict[str, dict[str, str]]) -> str:
    """A configuration without rows is left out: `datasets` cannot load an empty one."""
    found = [_config(name, splits) for name, splits in files.items() if splits]
    return f"configs:\n{''.join(found)}" if found else ""


def _config(name: str, splits: dict[str, str]) -> str:
    files = "".join(f"  - split: {split}\n    path: {path}\n" for split, path in splits.items())
    default = "  default: true\n" if name == GOLD else ""
    return f"- config_name: {name}\n{default}  data_files:\n{files}"


def _listed(key: str, values: list[str]) -> str:
    # Quoted, since the code of Norwegian is `no`, which older YAML takes for false.
    return f"{key}:\n" + "".join(f'- "{value}"\n' for value in values) if values else ""
