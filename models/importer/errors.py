"""The one error that import.py reports to its user."""


class ImportFailure(Exception):
    """The model cannot be imported; the message names the value at fault."""
