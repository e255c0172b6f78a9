"""What can be wrong with parameters, as exceptions with the catalogue's codes.

ParameterError
├── MalformedText          text that its format does not allow; knows the line
├── FileError              a file of the chain that cannot be used; knows its origin
│   ├── MalformedFile
│   ├── UnreadableFile
│   ├── TwoFormats
│   └── MissingSettingsFile
└── ByHandError            `params()` in a notebook was given, or found, nonsense
"""

from __future__ import annotations


class ParameterError(Exception):
    """Base of everything that this package raises."""

    code = "invalid_value"


class MalformedText(ParameterError):
    """Text that is not of its format.

    Parameters
    ----------
    why
        What is wrong, without the place.
    line
        Line from 1, where known.
    """

    code = "malformed_file"

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class FileError(ParameterError):
    """A file of the chain that cannot be used.

    Parameters
    ----------
    message
        What happened and what to do about it.
    origin
        ``file`` or ``file:line`` as the user knows it.
    """

    def __init__(self, message: str, origin: str) -> None:
        super().__init__(message)
        self.origin = origin


class MalformedFile(FileError):
    """The file is not of the format that its name says."""

    code = "malformed_file"


class UnreadableFile(FileError):
    """The file is there, and may not or cannot be read."""

    code = "unreadable_file"


class TwoFormats(FileError):
    """Two formats compete in one place."""

    code = "two_formats"


class MissingSettingsFile(FileError):
    """The environment names a settings file that is not there."""

    code = "missing_settings_file"


class ByHandError(ParameterError, ValueError):
    """``params()`` cannot give what was asked for; the message says why."""
