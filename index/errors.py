"""What can go wrong, as sentences for the person at the keyboard.

    RapporteurError             anything a door (command, chat, function) shows as one line, without a traceback
    ├── UnreadableReport        one file cannot be read; it is listed as skipped and never stops the others
    │   └── ReadingEnded        reading was ended for want of time or memory: tried again at the next rebuilds
    ├── FolderError             the documents folder is missing, or holds no report
    ├── IndexUnusable           the index is missing, damaged, locked or made by a newer program
    ├── ModelMismatch           the index was made with another embedding model
    ├── ModelUnusable           the embedding model is missing or not what its authors published
    ├── CorrectionsUnusable     the user's corrections cannot be read, kept, or be true
    ├── UnknownReport           a report was named that the index does not hold
    ├── BadQuestion             a question or a filter that cannot be asked
    ├── ExtraMissing            a package is not installed that only this feature needs
    └── BadSet                  a judged set that cannot be read, or an index that is not its own

Every message names the thing, says what is wrong, and says what to do. A programming mistake is none of these and keeps its traceback.
"""

from __future__ import annotations


class RapporteurError(Exception):
    """Base of all errors that are shown to a person; `str(error)` is the whole message."""


class UnreadableReport(RapporteurError):
    """A file that cannot become a report; the message is the reason, without the file's name."""


class ReadingEnded(UnreadableReport):
    """Reading a file took too much time or memory, or crashed. A busy machine may be to blame: it is tried again, a few times."""


class FolderError(RapporteurError):
    """The documents folder cannot be used."""


class IndexUnusable(RapporteurError):
    """The index cannot be opened, read or written."""


class ModelMismatch(RapporteurError):
    """The index and the embedding model do not belong together."""


class ModelUnusable(RapporteurError):
    """The embedding model cannot be loaded, or its weights are not the published ones."""


class CorrectionsUnusable(RapporteurError):
    """The file of the user's corrections, or one of them, cannot be used."""


class UnknownReport(RapporteurError):
    """No report of that name is in the index."""


class BadQuestion(RapporteurError):
    """The question or one of its filters makes no sense as given."""


class ExtraMissing(RapporteurError):
    """An optional package is not installed; the message says how to install it."""


class BadSet(RapporteurError):
    """The judged set cannot be read, or the index named for it holds other reports."""
