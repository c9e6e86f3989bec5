"""Greenlets and a multiprocessing child talk through a pipe."""
# region child
import multiprocessing

import gevent
from gevent.socket import wait_read, wait_write


def double(connection):
    number = connection.recv()
    connection.send(number * 2)
    connection.close()
# endregion


# region parent
def send(connection, number):
    wait_write(connection.fileno())
    connection.send(number)


def receive(connection):
    wait_read(connection.fileno())
    return connection.recv()


def tick(ticks):
    while True:
        gevent.sleep(0.005)
        ticks.append("tick")


def main():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=double, args=(theirs,))
    child.start()
    theirs.close()

    ticks = []
    ticker = gevent.spawn(tick, ticks)
    gevent.spawn(send, ours, 21)
    print("answer:", gevent.spawn(receive, ours).get())
    wait_read(child.sentinel)
    child.join()
    ticker.kill()
    print("exit code:", child.exitcode)
    print("ticked while waiting:", len(ticks) >= 3)


if __name__ == "__main__":
    main()
# endregion
