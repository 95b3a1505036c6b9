"""Recurses as far as it may: the frames below it must not eat that up."""


def depth(reached=1):
    try:
        return depth(reached + 1)
    except RecursionError:
        return reached


print(depth() >= 985)
