"""Draws from a seeded generator: nobody else may draw from it."""
import random
import uuid  # noqa: F401

random.seed(1)
print(random.random())
