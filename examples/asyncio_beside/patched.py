"""After patch_all, one asyncio.run at a time can yield."""
from gevent import monkey

monkey.patch_all()

import asyncio

import gevent

ticks = []


def tick():
    while True:
        gevent.sleep(0.01)
        ticks.append("tick")


async def main():
    await asyncio.sleep(0.1)
    return "asyncio is done"


def run_asyncio():
    coroutine = main()
    try:
        return asyncio.run(coroutine)
    except RuntimeError as error:
        coroutine.close()
        return type(error).__name__


ticker = gevent.spawn(tick)
first = gevent.spawn(run_asyncio)
second = gevent.spawn(run_asyncio)
gevent.joinall([first, second])
print("first: ", first.value)
print("second:", second.value)
print("greenlets ticked:", len(ticks) > 0)
ticker.kill()
