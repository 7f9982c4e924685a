"""`zhouzhi`, or `python -m bot`: the command line."""

import sys

from bot.cli import app
from bot.cli.output import answer_people, answer_programs, failed


def main() -> None:
    """Run one command; what a person did wrong is said in a sentence, with the exit code of cli.md."""
    if "--json" in sys.argv:
        answer_programs()
    else:
        answer_people()
    sys.exit(failed(app))


if __name__ == "__main__":
    main()
