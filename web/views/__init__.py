"""Requests to pages: parse, ask, render."""
