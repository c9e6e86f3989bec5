"""Which except clauses see a Timeout."""
import gevent
from gevent import Timeout

print("a TimeoutError:", issubclass(Timeout, TimeoutError))
print("an Exception:", issubclass(Timeout, Exception))
print("a BaseException:", issubclass(Timeout, BaseException))


def careless():
    """Swallow whatever comes."""
    for attempt in (1, 2):
        try:
            gevent.sleep(0.1)
            print("attempt", attempt, "completed")
        except:  # noqa: E722
            print("attempt", attempt, "swallowed something")


def careful():
    """Handle ordinary errors and let a timeout pass."""
    try:
        gevent.sleep(0.1)
    except Exception as error:
        print("never printed", error)


with Timeout(0.02, False):
    careless()
    print("careless: came back as if nothing had happened")

with Timeout(0.02, False):
    careful()
    print("never printed")
print("careful: interrupted")
