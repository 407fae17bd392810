"""Outcome -> what leaves the system: JSON for programs, lines for people. Pure."""
