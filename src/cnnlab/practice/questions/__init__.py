"""The questions, unit by unit; each module registers its kinds when it is imported."""
