NAME = "awaitscope"
