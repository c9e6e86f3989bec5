"""map, imap and imap_unordered run one function for many items."""
import gevent
from gevent.pool import Group

# How often each worker yields before it is done.
STEPS = {"a": 30, "b": 10, "c": 20}


def work(item):
    me = gevent.getcurrent()
    me.name = f"worker-{item}"
    for _ in range(STEPS[item]):
        gevent.sleep(0)
    print(f"  {me.name} is done")
    return item.upper()


group = Group()
print("map:")
print("  result:", group.map(work, "abc"))

print("imap:")
for result in group.imap(work, "abc"):
    print("  result:", result)

print("imap_unordered:")
for result in group.imap_unordered(work, "abc"):
    print("  result:", result)
