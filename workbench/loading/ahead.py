"""Work done ahead in a second thread: the next batch is read and encoded while the server digests this one."""

import queue
import sys
import threading
from collections.abc import Generator, Iterator
from typing import Any, TypeVar

Item = TypeVar("Item")
TURN_S = (
    0.0002  # the sender needs the interpreter for a moment every few kilobytes; a reader busy in Python would let it wait 5 ms each time
)


def ahead(items: Iterator[Item], depth: int = 2) -> Generator[Item, None, None]:
    """The same items in the same order, computed in another thread, at most `depth` of them waiting.

    An exception of the iterator is raised here, after the items before it. Closed early, the thread stops.
    """
    waiting: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def put(kind: str, value: Any) -> bool:
        while not stopped.is_set():
            try:
                waiting.put((kind, value), timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put("item", item):
                    return
            put("end", None)
        except BaseException as error:
            put("error", error)

    thread = threading.Thread(target=work, name="workbench-ahead", daemon=True)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, TURN_S))
    thread.start()
    try:
        while (entry := waiting.get())[0] == "item":
            yield entry[1]
        if entry[0] == "error":
            raise entry[1]
    finally:
        stopped.set()
        thread.join()
        sys.setswitchinterval(usual)
