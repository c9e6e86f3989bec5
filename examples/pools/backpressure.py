"""maxsize keeps results from piling up before a slow consumer."""
import gevent
from gevent.pool import Pool


def consume_slowly(**options):
    made = 0

    def make(number):
        nonlocal made
        made += 1
        return number

    taken = []
    for number in Pool(2).imap_unordered(make, range(8), **options):
        taken.append(number)
        gevent.sleep(0.02)
        ahead = made - len(taken)
        print(f"taken {len(taken)}, made but not taken {ahead}")


print("no maxsize:")
consume_slowly()
print("maxsize=2:")
consume_slowly(maxsize=2)
