"""Two greenlets hand control to each other."""
import gevent


def left():
    print("left: step 1")
    gevent.sleep(0)
    print("left: step 2")


def right():
    print("right: step 1")
    gevent.sleep(0)
    print("right: step 2")


gevent.joinall([gevent.spawn(left), gevent.spawn(right)])
print("main: both are done")
