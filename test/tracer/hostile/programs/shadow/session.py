NAME = "session"
