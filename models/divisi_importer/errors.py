"""The errors that the importers report to their users."""


class ImportFailure(Exception):
    """The model cannot be imported; the message names the value at fault."""


class Unsupported(ImportFailure):
    """One node cannot be converted; the importer collects these and reports all at once."""
