"""The ground floor: the words of the field, and what every report passes through. Pure."""
