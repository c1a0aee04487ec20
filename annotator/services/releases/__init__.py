"""Releases: made from what people said, written whole or not at all, and verified by anyone."""
