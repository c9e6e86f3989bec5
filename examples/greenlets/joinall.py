"""joinall waits for all greenlets, for some, or for a while."""
import gevent


def task(name, pause):
    gevent.sleep(pause)
    return name


def start():
    return [gevent.spawn(task, "slow", 0.15),
            gevent.spawn(task, "quick", 0.01)]


def values(greenlets):
    return [greenlet.value for greenlet in greenlets]


jobs = start()
print("all of them:", values(gevent.joinall(jobs)))

jobs = start()
print("with count: ", values(gevent.joinall(jobs, count=1)))

jobs = start()
print("timeout:    ", values(gevent.joinall(jobs, timeout=0.08)))
print("slow is ready:", jobs[0].ready())
gevent.joinall(jobs)
print("slow is ready:", jobs[0].ready())
