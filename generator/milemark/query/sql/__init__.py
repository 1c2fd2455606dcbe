"""Query blocks and SQL, checked and run in a sandbox."""
