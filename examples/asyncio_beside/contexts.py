"""A task copies its context, a greenlet starts with none."""
import asyncio
from contextvars import ContextVar, copy_context

import gevent

user = ContextVar("user", default="nobody")


def read():
    return user.get()


async def read_in_task():
    return user.get()


async def main():
    return await asyncio.create_task(read_in_task())


user.set("ann")
print("asyncio task:  ", asyncio.run(main()))
print("greenlet:      ", gevent.spawn(read).get())
context = copy_context()
print("with a copy:   ", gevent.spawn(context.run, read).get())
