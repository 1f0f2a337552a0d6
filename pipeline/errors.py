"""Every error Oncoflag raises on purpose, and who must act on it.

OncoflagError
    ├── ReportError            a person looks at the file; the rest of the night goes on
    │   ├── HeldError          readable, but something must be settled first
    │   ├── UnrecognisedError  no reader knows this layout
    │   └── UnreadableError    damaged, locked or over a limit
    ├── IdentityError          a person says whose report this is
    ├── KnowledgeError         the knowledge tables are wrong: do not start
    ├── InputError             a table or an option written by hand is wrong: fix it, run again
    ├── StoreError             the database refuses or cannot be reached: mend it, run again
    ├── OrchestratorError      Prefect cannot do its part: mend it, or run without it
    └── AlreadyRunningError    another run holds the lock
"""


class OncoflagError(Exception):
    """Superclass of all our errors; never raised itself."""


class ReportError(OncoflagError):
    """This file cannot be read as it is. *code* is for machines, the message is a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class HeldError(ReportError):
    """The file is readable, but nothing may be concluded until a person has settled a question."""


class UnrecognisedError(ReportError):
    """No reader recognises the layout of this document."""


class UnreadableError(ReportError):
    """The file is damaged, locked or breaks a limit."""


class IdentityError(OncoflagError):
    """It is not certain to which patient a report belongs."""


class KnowledgeError(OncoflagError):
    """A knowledge table contradicts itself or names something that does not exist."""


class InputError(OncoflagError):
    """A hand-written table or a command-line option cannot be understood."""


class StoreError(OncoflagError):
    """The database refuses or cannot be reached. Never quotes a row: *code* is for machines."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class OrchestratorError(OncoflagError):
    """Prefect cannot be reached or failed; what was stored stays, a second run adds the rest."""


class AlreadyRunningError(OncoflagError):
    """Another run is at work on the same data directory."""
