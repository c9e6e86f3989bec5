"""A timeout that ends a wait, and is closed in every case."""
import gevent


def slow_task():
    gevent.sleep(0.2)
    print("task: finished")
    return 42


worker = gevent.spawn(slow_task)
timeout = gevent.Timeout(0.05)
timeout.start()
try:
    worker.join()
    print("main: the task was in time")
except gevent.Timeout as caught:
    print("main: no longer waiting after", caught)
    print("main: it is our timeout:", caught is timeout)
finally:
    timeout.close()

print("main: the task has ended:", worker.ready())
print("main: its value:", worker.get())
