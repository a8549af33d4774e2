"""The ledger of check runs, `marts.check_run` and `marts.check_result`: written through one function, by the reading role."""

import json
from importlib.metadata import version

from sqlalchemy import URL

from workbench import db, sqlfiles
from workbench.checking.results import CheckRun


def record(url: URL, run: CheckRun) -> None:
    """Write a finished run.

    Raises:
        DatabaseUnreachable: no server answers.
    """
    document = run.as_dict() | {"package_version": version("learning-data-workbench")}
    with db.engine(db.READER, url).connect() as connection:
        connection.exec_driver_sql("set transaction read write")
        sqlfiles.fetch(connection, "marts/check/record_run", document=json.dumps(document))
        connection.commit()
