"""A spawned greenlet starts when the main greenlet yields."""
import gevent


def child():
    print("child: I run")
    parent = gevent.getcurrent().parent
    print("child: parent is the hub:", parent is gevent.get_hub())


gevent.spawn(child)
print("main: I have spawned the child")
print("main: I yield")
gevent.sleep(0)
print("main: I run again")
