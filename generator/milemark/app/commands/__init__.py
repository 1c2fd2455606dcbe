"""The commands. Each module imports only what its commands need."""
