"""A group knows which of its greenlets still run."""
import gevent
from gevent.pool import Group


def talk(name, times):
    for _ in range(times):
        print(f"{name} talks")
        gevent.sleep(0)


group = Group()
group.add(gevent.spawn(talk, "Ann", 1))
group.add(gevent.spawn(talk, "Bob", 3))
eve = group.spawn(talk, "Eve", 2)

print("members:", len(group), "Eve is one:", eve in group)
finished = group.join()
print("join() returned", finished, "members:", len(group))
print("an empty group is", bool(group))
