"""The log is JSON lines and nothing else, also when the server is busy."""

import logging

import pytest
import structlog

from annotator.web import logs


def test_a_queue_of_requests_adds_no_line_of_waitress(caplog: pytest.LogCaptureFixture) -> None:
    before, queue = structlog.get_config(), logging.getLogger("waitress.queue")
    level = queue.level
    try:
        logs.configure()
        queue.warning("Task queue depth is %d", 24)
    finally:
        structlog.configure(**before)
        queue.setLevel(level)
    assert caplog.records == []
