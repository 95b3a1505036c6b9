NAME = "awaits"
