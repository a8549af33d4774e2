"""Every error a user can meet, and the exit code it ends the command line with.

    WorkbenchError
    ├── Finding               1  a check failed, an objective is breached (asked for with --fail-on)
    ├── UsageError            2  wrong use: an unknown name, a bad value, a refused step
    │   ├── MigrationError    2  a migration that must not run (edited file, missing pair, drift)
    │   └── NeedsPrimary      2  a read replica cannot do this
    ├── DatabaseUnreachable   3  no server answers, or it refuses us
    └── RunFailed             4  a report, load or rollup stopped half-way; nothing was published

A message is one sentence: what went wrong, where, and what to do next.
"""


class WorkbenchError(Exception):
    """Base of all errors that are shown to the user without a traceback."""

    exit_code = 4


class Finding(WorkbenchError):
    """Something was measured and found wanting."""

    exit_code = 1


class UsageError(WorkbenchError):
    """The request itself cannot be carried out as given."""

    exit_code = 2


class MigrationError(UsageError):
    """A migration is refused before it changes anything."""


class NeedsPrimary(UsageError):
    """A read replica cannot do this; the same call on a connection to the primary works."""


class DatabaseUnreachable(WorkbenchError):
    """No PostgreSQL answers at the address in use."""

    exit_code = 3


class RunFailed(WorkbenchError):
    """A run started and could not finish; the last good result stands."""

    exit_code = 4
