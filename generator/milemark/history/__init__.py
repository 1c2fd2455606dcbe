"""The git history of content/ to snapshots of its figures; comparisons and forecasts over them."""

PUBLIC = (
    "activity",
    "blobs",
    "changes",
    "commitments",
    "forecast",
    "git",
    "lifecycle",
    "matching",
    "model",
    "read",
    "revision",
    "slippage",
)
