NAME = "trace"
