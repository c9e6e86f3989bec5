"""When everyone waits, the hub raises LoopExit."""
import gevent
from gevent.event import Event
from gevent.exceptions import LoopExit

never = Event()
waiter = gevent.spawn(never.wait)

try:
    waiter.join()
except LoopExit as error:
    print("main got", type(error).__name__)
print("waiter is ready:", waiter.ready())
