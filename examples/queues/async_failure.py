"""An AsyncResult can hold an exception instead of a value."""
import gevent
from gevent.event import AsyncResult

# Without this line, the traceback goes to the standard error.
gevent.get_hub().exception_stream = None

answer = AsyncResult()
answer.set_exception(OSError("the disk is full"))
try:
    answer.get()
except OSError as error:
    print("get() raised:", error)


def load(page):
    if page == "lost":
        raise ValueError("no such page")
    return page.upper()


for page in ("home", "lost"):
    outcome = AsyncResult()
    gevent.spawn(load, page).link(outcome)
    outcome.wait()
    print(f"{page}: successful {outcome.successful()},",
          f"value {outcome.value}, exception {outcome.exception}")
