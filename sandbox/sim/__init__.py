"""The simulation API: be a person, read what that person sees, script faults (docs/sandbox.md)."""
