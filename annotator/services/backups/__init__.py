"""Backups of either database, restored into either, and what is checked on the way."""
