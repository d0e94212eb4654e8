"""What is the same on both databases is shown on one; PostgreSQL's turn is under `make prove`."""

import pytest

from tests.proof import FULL

one_engine = pytest.mark.parametrize("database_url", ["sqlite", *(["postgresql"] if FULL else [])], indirect=True)
