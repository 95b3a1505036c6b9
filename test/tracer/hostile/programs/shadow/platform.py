NAME = "platform"
