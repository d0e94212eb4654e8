"""Detect, fan out, deliver: the bot speaks first."""
