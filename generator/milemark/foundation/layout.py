"""What the files and folders of a project are called, and whom they are for."""

CONTENT, TEMPLATES, BUILD = "content", "templates", "build"
ROADMAP_FILE, CONFIG_FILE = "roadmap.yml", "mkdocs.yml"
BASE_ENDING = ".base"  # what Obsidian calls its saved queries
PUBLIC, PRIVATE = AUDIENCES = "public", "private"
MAX_FILE = 10 * 1024 * 1024  # bytes: a larger text was not written by hand
