"""A file in, observations out."""
