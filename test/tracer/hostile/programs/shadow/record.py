NAME = "record"
