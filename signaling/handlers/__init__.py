"""Messages from a socket to the use case they ask for."""
