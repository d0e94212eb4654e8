"""`python -m bot` runs the bot; whatever else is asked for is the command line's."""

import sys

if __name__ == "__main__":
    for name in ("rich", "pygments"):  # structlog and httpx would load them for what is never printed: 5 MB
        sys.modules[name] = None  # type: ignore[assignment]  # None: importing it fails, says Python's documentation
    if sys.argv[1:] in ([], ["run"]):  # without the command line, whose loading takes a tenth of the start
        from bot.running import serve

        serve()
    else:
        from bot.cli import cli

        cli()
