"""asyncio.run in a thread of the pool leaves the hub free."""
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
    return asyncio.run(main())


ticker = gevent.spawn(tick)
gevent.sleep(0)
print(gevent.get_hub().threadpool.apply(run_asyncio))
print("greenlets ticked:", len(ticks) > 0)
ticker.kill()
