"""Typed drivers for the doubles at the wire."""
