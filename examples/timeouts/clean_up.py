"""What a killed greenlet can do before it ends."""
import gevent
from gevent import GreenletExit


def worker():
    print("worker: opens")
    try:
        gevent.sleep(10)
    except Exception as error:
        print("worker: never printed", error)
    except GreenletExit:
        print("worker: told to stop")
        raise
    finally:
        print("worker: closes")


def stubborn():
    try:
        gevent.sleep(10)
    except:  # noqa: E722
        print("stubborn: ignores it")
    return "worked to the end"


polite = gevent.spawn(worker)
gevent.sleep(0)
polite.kill()
print("main: ready:", polite.ready(), repr(polite.value))

rude = gevent.spawn(stubborn)
gevent.sleep(0)
rude.kill()
print("main: ready:", rude.ready(), repr(rude.value))
