"""The ground floor: tables, migrations, sessions, settings, keys, content store, custody log.

Imports none of the other rooms.
"""
