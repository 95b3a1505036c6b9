NAME = "launch"
