"""One release too many: a bounded semaphore refuses it."""
from gevent.lock import BoundedSemaphore, Semaphore

plain = Semaphore(1)
plain.release()
print("Semaphore(1) after an extra release:", plain.counter)

bounded = BoundedSemaphore(1)
try:
    bounded.release()
except ValueError:
    print("BoundedSemaphore(1) raises ValueError")
print("BoundedSemaphore(1) still has:", bounded.counter)

print("acquire:", bounded.acquire())
print("acquire, no waiting:", bounded.acquire(blocking=False))
print("acquire with a timeout:", bounded.acquire(timeout=0.01))
bounded.release()
