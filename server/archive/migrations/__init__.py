"""Changes of the tables, in order; applied by `server.archive.migrate`."""
