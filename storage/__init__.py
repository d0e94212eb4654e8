"""Tables, queries by noun, and the vault."""
