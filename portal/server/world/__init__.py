"""Worlds: the customers, contracts and invoices that a portal is filled with, from a file or as the demo."""
