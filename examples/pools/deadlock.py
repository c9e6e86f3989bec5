"""Two locks taken in opposite orders stop both greenlets."""
import gevent
from gevent.exceptions import LoopExit
from gevent.lock import BoundedSemaphore


def task(name, first, second):
    with first:
        print(f"  {name} has one lock")
        gevent.sleep(0)
        with second:
            print(f"  {name} has both locks")


print("opposite orders:")
left, right = BoundedSemaphore(1), BoundedSemaphore(1)
stuck = [gevent.spawn(task, "Ann", left, right),
         gevent.spawn(task, "Bob", right, left)]
try:
    gevent.joinall(stuck)
except LoopExit:
    print("  LoopExit: nobody can go on")
gevent.killall(stuck)

print("the same order:")
gevent.joinall([gevent.spawn(task, "Ann", left, right),
                gevent.spawn(task, "Bob", left, right)])
