"""Hidden checks and answers of unit 10."""
