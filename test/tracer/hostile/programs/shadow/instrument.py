NAME = "instrument"
