"""Four tasks run one after another, and then together."""
import random
import time

import gevent

delays = [0.02, 0.04, 0.06, 0.08]
random.Random(3).shuffle(delays)
finished = []


def task(number):
    gevent.sleep(delays[number])
    finished.append(number)


def one_after_another():
    for number in range(4):
        task(number)


def together():
    gevent.joinall([gevent.spawn(task, n) for n in range(4)])


print("delays:", delays)
elapsed = {}
for run in one_after_another, together:
    finished.clear()
    start = time.monotonic()
    run()
    elapsed[run] = time.monotonic() - start
    print(run.__name__, "finished in the order", finished)
print("together is faster:",
      elapsed[together] < elapsed[one_after_another])
