"""The ledger of check runs, `marts.check_run` and `marts.check_result`: written through one function, by the reading role."""

import json
from importlib.metadata import version

from sqlalchemy import Connection

from workbench import replica, sqlfiles
from workbench.checking.results import CheckRun


def record(connection: Connection, run: CheckRun) -> None:
    """Write a finished run, through another connection of the same role; on the primary, where the given one leads to a replica.

    Raises:
        DatabaseUnreachable: no server answers.
    """
    document = run.as_dict() | {"package_version": version("learning-data-workbench")}
    with replica.primary_engine(connection).connect() as writing:
        writing.exec_driver_sql("set transaction read write")
        sqlfiles.fetch(writing, "marts/check/record_run", document=json.dumps(document))
        writing.commit()
