"""Hidden checks and answer bank of unit 05."""
