"""Findings in, flags and suggestions out. Pure."""
