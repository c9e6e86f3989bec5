"""A greenlet that is killed before it starts never runs."""
import gevent


def worker():
    try:
        print("worker: started")
    finally:
        print("worker: cleaning up")


greenlet = gevent.spawn(worker)
greenlet.kill()
print("value:", repr(greenlet.value))
print("successful:", greenlet.successful())
