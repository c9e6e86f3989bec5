"""A signal kills the main work; the program then ends by itself."""
import os
import signal

import gevent


def serve():
    try:
        while True:
            gevent.sleep(1)
    finally:
        print("serve cleans up")


worker = gevent.spawn(serve)
handler = gevent.signal_handler(signal.SIGTERM, worker.kill)
gevent.spawn_later(0.02, os.kill, os.getpid(), signal.SIGTERM)

worker.join()
handler.cancel()
print("killed:", isinstance(worker.value, gevent.GreenletExit))
