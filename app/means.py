"""The old door of `flows.means`: names in, the same names out, until nobody asks for them here."""

from flows.means import frame, private, readers, shown

__all__ = ["frame", "private", "readers", "shown"]
