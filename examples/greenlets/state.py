"""The state of greenlets, before and after they run."""
import gevent

# Without this line, the traceback goes to the standard error.
gevent.get_hub().exception_stream = None


def win():
    return "all went well"


def fail():
    raise ValueError("something went wrong")


def show(moment, greenlet):
    print(f"{moment:<7} started={greenlet.started}"
          f" ready={greenlet.ready()}"
          f" successful={greenlet.successful()}")


winner = gevent.spawn(win)
loser = gevent.spawn(fail)
show("spawned", winner)

gevent.joinall([winner, loser])
show("winner", winner)
show("loser", loser)

print("winner:", repr(winner.value), repr(winner.exception))
print("loser: ", repr(loser.value), repr(loser.exception))
try:
    loser.get()
except ValueError as error:
    print("get() raised:", error)
