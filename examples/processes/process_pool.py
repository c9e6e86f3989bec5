"""A process pool does CPU work while greenlets keep running."""
import multiprocessing

import gevent


def square(number):
    return number * number


def tick(ticks):
    while True:
        gevent.sleep(0.01)
        ticks.append("tick")


def main():
    ticks = []
    ticker = gevent.spawn(tick, ticks)
    threadpool = gevent.get_hub().threadpool
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        squares = threadpool.apply(pool.map, (square, range(5)))
    ticker.kill()
    print("squares:", squares)
    print("ticked while waiting:", len(ticks) > 0)


if __name__ == "__main__":
    main()
