"""One module for each change; a released one is never edited."""
