"""A labelled project with its lead, and a browser on the pages of agreement."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from annotator.domain.identity import pseudonym
from tests.factories import NOW
from tests.labelled import NOISE, Labelled, prose
from tests.web.conftest import Seed, SignIn


@dataclass
class Lead:
    """A lead who is signed in, with the project of 24 documents that alice and bob labelled."""

    client: FlaskClient
    labelled: Labelled

    def get(self, path: str = "") -> str:
        response = self.client.get(f"/projects/news/agreement{path}")
        assert response.status_code == 200, response.status_code
        return response.get_data(as_text=True)

    def status(self, path: str) -> int:
        return self.client.get(f"/projects/news/agreement{path}").status_code

    def section(self, path: str, name: str) -> str:
        """The words of one figure of a page."""
        html = self.get(path)
        return text(html[html.index(f'id="{name}"') :].split("</section>")[0])

    @staticmethod
    def pseudonym(name: str) -> str:
        return pseudonym(b"k" * 32, name)


def text(html: str) -> str:
    """The words of a page, without those that are read aloud in place of a plot."""
    html = re.sub(r"<svg.*?</svg>", " ", html, flags=re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    return words.replace("&#39;", "'").replace("&amp;", "&")


@pytest.fixture
def lead(client: FlaskClient, seed: Seed, sign_in: SignIn) -> Lead:
    with seed() as make:
        labelled = Labelled.empty(make, slug="news", title="News")
        labelled.round.thresholds = {"content": 0.9}
        user = labelled.person("lead", role="lead")
        for number in range(24):
            (subject,) = labelled.paragraphs(f"Paragraph {number}.", title=f"Document {number}")
            frames = ["economic"] if number % 2 else ["security"]
            saved = {"saved_at": NOW + timedelta(days=number)}
            one = NOISE if number % 5 == 0 else prose(frames)
            other = NOISE if number % 6 == 0 else prose(["economic"])
            labelled.says("alice", subject, one, saved=saved)
            labelled.says("bob", subject, other, saved=saved)
        whole = labelled.whole(subject)
        for name in ("alice", "bob"):
            labelled.says(name, whole, {"genre": ["opinion"]})
        make.round(labelled.project, labelled.codebook, name="training", kind="training")
    sign_in(client, user)
    return Lead(client, labelled)
