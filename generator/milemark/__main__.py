"""Run the command line with `python -m milemark`."""

from milemark.app.cli import main

main()
