"""Hidden checks of unit 01, and the answers that try them: a folder for each exercise."""
