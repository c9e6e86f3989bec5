"""A plain ZeroMQ socket blocks the hub, a green one does not."""
import gevent
import zmq
import zmq.green


def ticks_during(wait):
    ticks = 0

    def tick():
        nonlocal ticks
        while True:
            ticks += 1
            gevent.sleep(0.005)

    ticker = gevent.spawn(tick)
    wait()
    ticker.kill()
    return ticks


def wait_on(library):
    with library.Context() as context:
        with context.socket(zmq.PULL) as socket:
            socket.bind_to_random_port("tcp://127.0.0.1")
            print("messages:", socket.poll(100))


plain = ticks_during(lambda: wait_on(zmq))
print("plain zmq: ticks =", plain)
green = ticks_during(lambda: wait_on(zmq.green))
print("zmq.green: ticks > 1:", green > 1)
