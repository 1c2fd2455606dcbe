"""Reads the git history of content/ into snapshots of its figures, compares them and forecasts from them."""

PUBLIC = (
    "activity",
    "blobs",
    "changes",
    "commit_days",
    "commit_weeks",
    "commitments",
    "refusal",
    "git",
    "git_log",
    "landings",
    "lifecycle",
    "matching",
    "model",
    "plan_forecast",
    "queue",
    "private_past",
    "read",
    "revision",
    "slippage",
    "what_if",
)
