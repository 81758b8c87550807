"""Errors whose message can be shown to a person as it stands."""


class OtterwatchError(Exception):
    """Something a person can mend; the message says what happened and what to do, and names no person."""


class DatabaseError(OtterwatchError):
    """The database could not be read or written."""


class StoreError(OtterwatchError):
    """The content store could not be read or written."""


class DamagedContentError(StoreError):
    """A stored file no longer has the bytes that its name promises."""


class SettingsError(OtterwatchError):
    """A setting is missing or wrong."""
