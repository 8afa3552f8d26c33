"""Conversations over networks that are cut, moved and walled in: see `tests.network`."""
