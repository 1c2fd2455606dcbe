"""A file that is being edited, its roadmap and a position → the answers of a language server. Pure."""

PUBLIC = ("actions", "completion", "diagnostics", "hover", "outline", "references", "rename", "view")
