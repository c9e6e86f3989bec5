"""A local class can prepare its attributes for each greenlet."""
import gevent
from gevent.local import local


class Account(local):
    def __init__(self, limit):
        print("  __init__ runs")
        self.limit = limit
        self.spent = 0


account = Account(100)


def spend(name, amount):
    print(f"{name} spends {amount}")
    account.spent += amount
    gevent.sleep(0)
    print(f"{name} has spent {account.spent} of {account.limit}")


gevent.joinall([
    gevent.spawn(spend, "Ann", 30),
    gevent.spawn(spend, "Bob", 50),
])
