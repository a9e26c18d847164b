"""Hidden checks and answers, a folder for each unit and one for each exercise in it."""
