"""joinall hides an error or raises it, as you ask."""
import gevent

gevent.get_hub().exception_stream = None


def good():
    gevent.sleep(0.05)
    return "good"


def bad():
    raise ValueError("bad has failed")


jobs = [gevent.spawn(good), gevent.spawn(bad)]
gevent.joinall(jobs)
print("no error was raised, values:", [job.value for job in jobs])

jobs = [gevent.spawn(good), gevent.spawn(bad)]
try:
    gevent.joinall(jobs, raise_error=True)
except ValueError as error:
    print("raised:", error)
print("good is ready:", jobs[0].ready())
