"""An event can be awaited with a timeout, and it can be cleared."""
import gevent
from gevent.event import Event

door = Event()
print("nobody sets it:", door.wait(timeout=0.01))

gevent.spawn_later(0.02, door.set)
print("set while we wait:", door.wait(timeout=1))
print("already set:", door.wait(timeout=1))

door.clear()
print("after clear():", door.is_set())
print("nobody sets it again:", door.wait(timeout=0.01))
