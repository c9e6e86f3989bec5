"""How to limit the time that a green ZeroMQ socket waits."""
import warnings

import gevent
import zmq.green as zmq

context = zmq.Context()
socket = context.socket(zmq.PULL)
socket.bind_to_random_port("tcp://127.0.0.1")

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    socket.rcvtimeo = 20
for warning in caught:
    print("warning:", warning.message)

print("poll says", socket.poll(20))

try:
    with gevent.Timeout(0.05):
        socket.recv()
except gevent.Timeout as timeout:
    print("recv stopped by a timeout of", timeout.seconds)

socket.close()
context.term()
