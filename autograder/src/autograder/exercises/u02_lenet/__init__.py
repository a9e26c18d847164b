"""Hidden checks of unit 02, and the answers that try them: a folder for each exercise."""
