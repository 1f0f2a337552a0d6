"""Text as a report prints it in, text that is safe to show out: no character that acts."""


def plain(text: str) -> str:
    """The text without anything that is not a letter, a sign or a blank.

    Control characters, marks that turn the direction of writing, line ends and characters that
    nobody sees become blanks: they could move a cursor, hide words or end a line of a log.
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)
