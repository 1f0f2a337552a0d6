"""The faces: the command line, and later the review pages."""
