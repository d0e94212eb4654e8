"""What every test gets: the proof plugin and one Hypothesis profile."""

from hypothesis import settings

pytest_plugins = ["tests.proof", "tests.databases"]

# no deadline: a shared two-core machine is slow now and then, and that is not what a property is about
settings.register_profile("team", deadline=None, print_blob=True)
settings.load_profile("team")
