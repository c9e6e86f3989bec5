"""A signal ends a greenlet, and with it the program."""
import os
import signal

import gevent


def serve_forever():
    try:
        while True:
            gevent.sleep(0.01)
    finally:
        print("worker: leaving, files are closed")


worker = gevent.spawn(serve_forever)
handler = gevent.signal_handler(signal.SIGTERM, worker.kill)

# Someone else would send the signal; here we do it ourselves.
gevent.spawn_later(0.05, os.kill, os.getpid(), signal.SIGTERM)

print("main: waiting for the worker")
worker.join()
handler.cancel()
print("main: the worker ended with", repr(worker.value))
