"""A YAML text as plain values with the line of each, from the events of the parser.

Scalars stay as written: the label `no`, the code `-1` and the name `2024` are strings, and the
model that the tree goes into knows where a number or a yes/no is meant. Built from events and not
by a constructor, so that no tag can make an object and no alias can grow into a bomb: both are
refused.
"""

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

Path = tuple[str | int, ...]

SIZE_LIMIT = 1_000_000
DEPTH_LIMIT = 20

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class UnreadableError(Exception):
    """Not YAML that can be taken; `line` counts from 1, or is None when it is the whole text."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


@dataclass(frozen=True, slots=True)
class Tree:
    """`value` of dicts, lists, strings and None; `lines` from path to line, counted from 1.

    `doubled` are the paths of keys that stand twice in one mapping, with the line of the second;
    the first one is kept.
    """

    value: Any
    lines: dict[Path, int]
    doubled: list[tuple[Path, int]]

    def line_of(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it that is in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_tree(text: str) -> Tree:
    """The one document of a YAML text.

    Raises:
        UnreadableError: syntax, size, depth, aliases, tags, or more than one document.
    """
    if len(text.encode(errors="replace")) > SIZE_LIMIT:
        raise UnreadableError(f"the file is larger than {SIZE_LIMIT:,} bytes: shorten it")
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        raise _syntax(error) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        sentence = f"the character U+{error.character:04X} is not allowed in YAML: take it out"
        raise UnreadableError(sentence, line) from None
    return Tree(builder.root, builder.lines, builder.doubled)


def _syntax(error: MarkedYAMLError) -> UnreadableError:
    mark = error.problem_mark or error.context_mark
    where = None if mark is None else mark.line + 1
    column = "" if mark is None else f" at column {mark.column + 1}"
    problem = error.problem or error.context or "cannot be read"
    return UnreadableError(f"not valid YAML{column}: {problem}", where)


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read; `key` is the key that waits for its value."""

    content: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    skipped: bool = False


@dataclass(slots=True)
class _Builder:
    root: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    doubled: list[tuple[Path, int]] = field(default_factory=list)
    documents: int = 0
    stack: list[_Open] = field(default_factory=list)

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events are not typed
        line = event.start_mark.line + 1
        _refuse_machinery(event, line)
        match event:
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise UnreadableError("a second document starts here: keep one a file", line)
            case ScalarEvent():
                self._scalar(event, line)
            case MappingStartEvent():
                self._begin({}, line)
            case SequenceStartEvent():
                self._begin([], line)
            case CollectionEndEvent():
                self.stack.pop()

    def _scalar(self, event: Any, line: int) -> None:  # noqa: ANN401 - see take
        around = self.stack[-1] if self.stack else None
        if around is not None and isinstance(around.content, dict) and around.key is None:
            self._key(around, event.value, line)
            return
        plain_null = event.implicit[0] and event.value in _NULLS
        self._place(None if plain_null else event.value, line)

    def _key(self, around: _Open, key: str, line: int) -> None:
        around.key = key
        around.skipped = key in around.content
        path = (*around.path, key)
        if around.skipped:
            self.doubled.append((path, line))
        else:
            self.lines.setdefault(path, line)

    def _begin(self, content: dict[str, Any] | list[Any], line: int) -> None:
        if len(self.stack) >= DEPTH_LIMIT:
            raise UnreadableError(f"nested deeper than {DEPTH_LIMIT} levels: flatten it", line)
        self.stack.append(_Open(content, self._place(content, line)))

    def _place(self, value: Any, line: int) -> Path:  # noqa: ANN401 - any YAML value
        """Put a value where it belongs and return its path."""
        if not self.stack:
            self.root = value
            return ()
        around = self.stack[-1]
        if isinstance(around.content, list):
            path: Path = (*around.path, len(around.content))
            around.content.append(value)
            self.lines.setdefault(path, line)
            return path
        if around.key is None:
            raise UnreadableError("a key must be a single word, not a list or a mapping", line)
        path = (*around.path, around.key)
        if not around.skipped:
            around.content[around.key] = value
        around.key = None
        return path


def _refuse_machinery(event: Any, line: int) -> None:  # noqa: ANN401 - see take
    if isinstance(event, AliasEvent):
        sentence = f"the alias *{event.anchor} is not allowed: write it out, or use `lists`"
        raise UnreadableError(sentence, line)
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise UnreadableError(f"the tag {tag} is not allowed: take it out", line)
