"""Structure as the XML schema of REFI-QDA 1.5 has it: order of elements, attributes, references."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.formats.releases.frozen_world import DOCUMENTS, PEOPLE, written

Q = "{urn:QDA-XML:project:1.0}"
GUID = re.compile("[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
# element -> (elements it may hold, in their order; attributes it must have; those it may have)
SHAPE: dict[str, tuple[list[str], set[str], set[str]]] = {
    "Project": (["Users", "CodeBook", "Sources", "Notes"], {"name"}, {"origin"}),
    "Users": (["User"], set(), set()),
    "User": ([], {"guid"}, {"name"}),
    "CodeBook": (["Codes"], set(), set()),
    "Codes": (["Code"], set(), set()),
    "Code": (["Description", "Code"], {"guid", "name", "isCodable"}, {"color"}),
    "Description": ([], set(), set()),
    "Sources": (["TextSource"], set(), set()),
    "TextSource": (
        ["PlainTextSelection", "Coding", "NoteRef"], {"guid"}, {"name", "plainTextPath"},
    ),
    "PlainTextSelection": (
        ["Coding", "NoteRef"], {"guid", "startPosition", "endPosition"}, {"name", "creatingUser"},
    ),
    "Coding": (["CodeRef"], {"guid"}, {"creatingUser"}),
    "CodeRef": ([], {"targetGUID"}, set()),
    "NoteRef": ([], {"targetGUID"}, set()),
    "Notes": (["Note"], set(), set()),
    "Note": (["PlainTextContent"], {"guid"}, {"name", "creatingUser"}),
    "PlainTextContent": ([], set(), set()),
}  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> zipfile.ZipFile:
    folder, _ = written("refi-qda", tmp_path)
    return zipfile.ZipFile(folder / "project.qdpx")


@pytest.fixture
def project(archive: zipfile.ZipFile) -> ET.Element:
    return ET.fromstring(archive.read("project.qde"))  # noqa: S314 - our own file


def texts(archive: zipfile.ZipFile, project: ET.Element) -> dict[str, str]:
    return {
        source.get("guid", ""): archive.read(
            source.get("plainTextPath", "").replace("internal://", "sources/")
        ).decode()
        for source in project.iter(f"{Q}TextSource")
    }


def test_elements_stand_in_the_order_of_the_schema(project: ET.Element) -> None:
    for element in project.iter():
        name = element.tag.removeprefix(Q)
        order, needed, allowed = SHAPE[name]
        children = [order.index(child.tag.removeprefix(Q)) for child in element]
        assert children == sorted(children), name
        assert needed <= set(element.attrib) <= needed | allowed, name


def test_every_guid_is_well_formed_unique_and_every_reference_leads_somewhere(
    project: ET.Element,
) -> None:
    guids = [each.attrib["guid"] for each in project.iter() if "guid" in each.attrib]
    assert all(map(GUID.fullmatch, guids))
    assert len(set(guids)) == len(guids)
    for attribute in ("targetGUID", "creatingUser"):
        found = {e.attrib[attribute] for e in project.iter() if attribute in e.attrib}
        assert found <= set(guids)


def test_passages_lie_in_the_sources_counted_in_code_points(
    archive: zipfile.ZipFile, project: ET.Element
) -> None:
    found = texts(archive, project)
    assert len(found) == len(DOCUMENTS)
    words = [
        found[source.get("guid", "")][
            int(selection.get("startPosition", "")) : int(selection.get("endPosition", ""))
        ]
        for source in project.iter(f"{Q}TextSource")
        for selection in source.iter(f"{Q}PlainTextSelection")
    ]
    # One passage behind an emoji and a line break of two characters in each document.
    assert words.count("six") == 2
    assert "\r" not in "".join(found.values())
    assert words.count("One\ntwo\nthree\nfour\u2028five\x85 😀 six") == 7


def test_annotators_are_users_and_gold_is_one(project: ET.Element) -> None:
    users = {user.get("guid"): user.get("name") for user in project.iter(f"{Q}User")}
    assert set(users.values()) == {*PEOPLE, "gold"}
    authors = {users[coding.get("creatingUser")] for coding in project.iter(f"{Q}Coding")}
    assert authors == {*PEOPLE, "gold"}
    names = [code.get("name") for code in project.iter(f"{Q}Code")]
    assert names[:3] == ["Content", "main: 正文 Main", "boilerplate: =Boilerplate"]
