NAME = "random"
