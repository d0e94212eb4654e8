"""`python -m tests.prove [ROW ...]`: run the proofs at full counts and write docs/proof/Tnn.json.

One process and one test at a time, so that the figures are those of the code and not of a crowded machine.
"""

import os
import subprocess
import sys


def main(rows: list[str]) -> int:
    """Run the rows given (all when none is given); the exit code is the worst of theirs."""
    environment = {**os.environ, "PROVE": "1"}
    codes = [
        subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:xdist", f"--proof-row={row}"], env=environment, check=False
        ).returncode
        for row in rows or ["all"]
    ]
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
