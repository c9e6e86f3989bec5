"""A killed greenlet cleans up, and counts as successful."""
import gevent


def worker():
    print("worker: started")
    try:
        gevent.sleep(10)
        print("worker: this line is never reached")
    finally:
        print("worker: cleaning up")


greenlet = gevent.spawn(worker)
gevent.sleep(0)
print("main: kill")
greenlet.kill()
print("main: ready", greenlet.ready())
print("main: successful", greenlet.successful())
print("main: value", repr(greenlet.value))
