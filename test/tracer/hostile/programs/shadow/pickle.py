NAME = "pickle"
