"""join() is silent about a failure unless it is asked to raise."""
import gevent
from gevent.pool import Group

# Without this line, the traceback goes to the standard error.
gevent.get_hub().exception_stream = None


def fail():
    raise ValueError("no such page")


group = Group()
group.spawn(fail)
group.spawn(gevent.sleep, 0.01)
print("join() returned", group.join())

group.spawn(fail)
try:
    group.join(raise_error=True)
except ValueError as error:
    print("join(raise_error=True) raised:", error)

group.spawn(gevent.sleep, 10)
print("join(timeout=0.01) returned", group.join(timeout=0.01))
group.kill()
print("after kill(), members:", len(group))
