NAME = "tempfile"
