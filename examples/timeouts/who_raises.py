"""What different waits do when their time is over."""
import sys

import gevent
from gevent import event, lock, queue, socket, subprocess

left, right = socket.socketpair()
left.settimeout(0.02)
taken = lock.Semaphore(0)
child = [sys.executable, "-c", "import time; time.sleep(9)"]
sleeper = gevent.spawn(gevent.sleep, 9)

waits = {
    "Greenlet.join": lambda: sleeper.join(0.02),
    "Greenlet.get": lambda: sleeper.get(timeout=0.02),
    "joinall": lambda: gevent.joinall([sleeper], 0.02),
    "Event.wait": lambda: event.Event().wait(0.02),
    "AsyncResult.wait": lambda: event.AsyncResult().wait(0.02),
    "AsyncResult.get": lambda: event.AsyncResult().get(True, 0.02),
    "Queue.get": lambda: queue.Queue().get(timeout=0.02),
    "Semaphore.acquire": lambda: taken.acquire(timeout=0.02),
    "socket.recv": lambda: left.recv(1),
    "subprocess.run": lambda: subprocess.run(child, timeout=0.02),
}
for name, wait in waits.items():
    try:
        print(f"{name:18} returns {wait()!r}")
    except BaseException as error:
        print(f"{name:18} raises {type(error).__name__}")

sleeper.kill()
left.close()
right.close()
