"""iwait gives each greenlet as soon as it is ready."""
import gevent


def task(name, pause):
    gevent.sleep(pause)
    return name


jobs = [
    gevent.spawn(task, "slow", 0.09),
    gevent.spawn(task, "quick", 0.01),
    gevent.spawn(task, "medium", 0.05),
]
for greenlet in gevent.iwait(jobs):
    print(greenlet.value, "is ready")
