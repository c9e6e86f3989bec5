"""asyncio.run in the hub's thread stops every greenlet."""
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


ticker = gevent.spawn(tick)
gevent.sleep(0)
print(asyncio.run(main()))
print("ticks:", len(ticks))
ticker.kill()
