"""Run the command line with `python -m milemark`."""

from milemark.cli import main

main()
