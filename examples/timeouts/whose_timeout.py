"""An inner handler lets through the timeout of its caller."""
import gevent
from gevent import Timeout


def read_reply():
    mine = Timeout(0.5)
    mine.start()
    try:
        gevent.sleep(1)
        return "the reply"
    except Timeout as caught:
        print("inner: is it my timeout?", caught is mine)
        if caught is not mine:
            raise
        return "a default"
    finally:
        mine.close()
        print("inner: closed")


with Timeout(0.05) as outer:
    try:
        print(read_reply())
    except Timeout as caught:
        print("outer: is it my timeout?", caught is outer)
