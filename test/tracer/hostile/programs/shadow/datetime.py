NAME = "datetime"
