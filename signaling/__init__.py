"""The domain and the wire: who waits, who is paired, what they say to each other."""

__version__ = "0.1.0"
