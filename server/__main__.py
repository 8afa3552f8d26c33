"""``python -m server`` is ``okno``, wherever the script of that name was installed."""

from server.cli import main

main()
