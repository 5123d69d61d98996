"""Build logs: which instruction failed, why, and what to do. Pure functions over text."""
