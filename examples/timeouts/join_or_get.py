"""What join and get do when the time is over."""
import gevent
from gevent import Timeout


def work(seconds):
    gevent.sleep(seconds)
    return "done"


worker = gevent.spawn(work, 0.1)

answer = worker.join(timeout=0.02)
print("join returned", answer, "and ready is", worker.ready())
print("value is", worker.value)

try:
    worker.get(timeout=0.02)
except Timeout as caught:
    print("get raised Timeout after", caught)
print("ready is still", worker.ready())

worker.join()
print("join returned and ready is", worker.ready())
print("get returned", worker.get(timeout=0.02))

quick, slow = gevent.spawn(work, 0), gevent.spawn(work, 5)
finished = gevent.joinall([quick, slow], timeout=0.05)
print("joinall returned the finished:", finished == [quick])
slow.kill()
