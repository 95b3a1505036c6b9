NAME = "uuid"
