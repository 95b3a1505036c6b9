"""Lets doctest look into `__main__`.

>>> add(1, 2)
3
"""
import doctest


def add(a, b):
    return a + b


print(doctest.testmod())
