"""Sources: found or made as documents name them, and described by the lead."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain.document import ImportRecord
from annotator.domain.plain_text import strange_character
from annotator.errors import DataInvalid
from annotator.services.masking import mark_blindable
from annotator.store.audit import record
from annotator.store.corpus import Source, Subject

NAME_AT_MOST = 200
NAMES_AT_MOST = 100
WITHDRAWN = "its source “{name}” was withdrawn from the project."
BAD_NAME = "Give the source a name of 1 to {most} characters of plain text."
NAME_TAKEN = (
    "The project has a source called “{name}” already: choose another name, or merge the two."
)
BAD_DOMAIN = "“{domain}” is not a domain: write it as example.org, without http:// and path."
BAD_ALIAS = "The alias “{alias}” cannot be used: write 2 to 200 characters of plain text."
TOO_MANY = f"There are too many names: {NAMES_AT_MOST} are the limit."

_DOMAIN = re.compile(r"(?=.{4,253}\Z)[\w-]{1,63}(\.[\w-]{1,63})+", re.IGNORECASE)


@dataclass(slots=True)
class Sources:
    """The sources of a project by name, for an import that adds to them."""

    session: Session
    project_id: int
    now: datetime
    by_name: dict[str, Source]

    @classmethod
    def of_project(cls, session: Session, *, project_id: int, now: datetime) -> "Sources":
        found = session.scalars(select(Source).where(Source.project_id == project_id)).all()
        by_id = {source.id: source for source in found}
        by_name = {source.name: by_id[source.merged_into_id or source.id] for source in found}
        return cls(session, project_id, now, by_name)

    def of(self, document: ImportRecord) -> Source:
        """The source that the document names, made if need be.

        Raises:
            DataInvalid: the source was withdrawn.
        """
        name = document.source or ""
        source = self.by_name.get(name) or self._add(name, document.url)
        if source.withdrawn_at is not None:
            raise DataInvalid(WITHDRAWN.format(name=name))
        return source

    def _add(self, name: str, url: str | None) -> Source:
        domain = domain_of(url)
        source = Source(
            project_id=self.project_id,
            name=name,
            domains=[domain] if domain else [],
            aliases=[],
            created_at=self.now,
        )
        self.session.add(source)
        self.session.flush()
        self.session.add(Subject(project_id=self.project_id, scope="source", source_id=source.id))
        self.by_name[name] = source
        return source


def known_sources(session: Session, *, project_id: int) -> dict[str, tuple[int, bool]]:
    """(id of the source that documents go to, whether it was withdrawn) by name. Only reads."""
    found = session.scalars(select(Source).where(Source.project_id == project_id)).all()
    by_id = {source.id: source for source in found}
    meant = {source.name: by_id[source.merged_into_id or source.id] for source in found}
    return {name: (source.id, source.withdrawn_at is not None) for name, source in meant.items()}


def domain_of(url: str | None) -> str | None:
    """The domain of a web address without `www.`; None if it has none that can be used."""
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return host if _DOMAIN.fullmatch(host) else None


def describe_source(
    session: Session,
    *,
    source: Source,
    name: str | None = None,
    domains: Sequence[str],
    aliases: Sequence[str],
    exemptions: Sequence[str] = (),
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say by which domains and names a source is known; blind labelling masks them.

    `exemptions` are words that stay visible, although a mask would cover them. With another `name`
    the one before becomes an alias: the texts go on using it.

    Raises:
        DataInvalid: the name, a domain, alias or exemption cannot be used.
    """
    if name is not None and name.strip() != source.name:
        aliases = [*aliases, source.name]
        source.name = _checked_name(session, source, name)
    source.domains = _checked_domains(domains)
    source.aliases = _checked_aliases(aliases)
    source.mask_exemptions = _checked_aliases(exemptions)
    session.flush()
    mark_blindable(session, project_id=source.project_id)
    record(
        session,
        action="source.described",
        at=now,
        actor_id=actor_id,
        project_id=source.project_id,
        object_id=source.id,
        domains=len(source.domains),
        aliases=len(source.aliases),
        exemptions=len(source.mask_exemptions),
    )


def _checked_name(session: Session, source: Source, name: str) -> str:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= NAME_AT_MOST or strange_character(plain):
        raise DataInvalid(BAD_NAME.format(most=NAME_AT_MOST))
    taken = select(Source.id).where(
        Source.project_id == source.project_id, Source.name == plain, Source.id != source.id
    )
    if session.scalar(taken) is not None:
        raise DataInvalid(NAME_TAKEN.format(name=plain))
    return plain


def _checked_domains(domains: Sequence[str]) -> list[str]:
    plain = _distinct(domain.strip().lower() for domain in domains)
    for domain in plain:
        if not _DOMAIN.fullmatch(domain):
            raise DataInvalid(BAD_DOMAIN.format(domain=domain[:60]))
    return plain


def _checked_aliases(aliases: Sequence[str]) -> list[str]:
    plain = _distinct(" ".join(alias.split()) for alias in aliases)
    for alias in plain:
        # One letter would be masked in every word.
        if not 2 <= len(alias) <= NAME_AT_MOST or strange_character(alias):  # noqa: PLR2004
            raise DataInvalid(BAD_ALIAS.format(alias=alias[:60]))
    return plain


def _distinct(values: Iterable[str]) -> list[str]:
    distinct = [value for value in dict.fromkeys(values) if value]
    if len(distinct) > NAMES_AT_MOST:
        raise DataInvalid(TOO_MANY)
    return distinct
