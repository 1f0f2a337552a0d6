"""The old door of `flows.opening`: names in, the same out, until nobody asks for them here."""

from flows.opening import must_exist, opened, sealed

__all__ = ["must_exist", "opened", "sealed"]
