"""A program that greets."""


def greet(name):
    # The name comes last.
    print("hello,", name)


greet("world")
