"""Two greenlets wait for data while a third one works."""
import socket
import time

import gevent
from gevent.select import select


def watch(name, sock):
    print(name, "waits for data")
    readable, _, _ = select([sock], [], [], 0.2)
    print(name, "has data" if readable else "timed out")


def work(sock):
    print("worker runs, the two others wait")
    sock.send(b"x")
    print("worker has sent one byte")


start = time.monotonic()
quiet, quiet_peer = socket.socketpair()
busy, busy_peer = socket.socketpair()
with quiet, quiet_peer, busy, busy_peer:
    gevent.joinall([
        gevent.spawn(watch, "quiet", quiet),
        gevent.spawn(watch, "busy", busy),
        gevent.spawn(work, busy_peer),
    ])
elapsed = time.monotonic() - start
print("less than two timeouts:", elapsed < 0.4)
