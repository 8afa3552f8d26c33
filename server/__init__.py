"""The process: command line, settings, sign-in, archive, observability."""
