"""Names of a project's files and folders, its audiences, and the largest file that is read."""

CONTENT, TEMPLATES, BUILD = "content", "templates", "build"
ROADMAP_FILE, CONFIG_FILE = "roadmap.yml", "mkdocs.yml"
PRIVATE_SUFFIX = "-private"  # of the folders of the private site
WELL_KNOWN = ".well-known"  # RFC 8615: the only hidden folder that is part of a site
LLMS = "llms.txt"  # the list of a site's pages for agents, beside the text of each page as Markdown
BASE_ENDING = ".base"  # saved queries of Obsidian
AUDIENCE = "audience"  # the field
PUBLIC, PRIVATE = AUDIENCES = "public", "private"
MAX_FILE = 2 * 1024 * 1024  # bytes, and
MAX_LINES = 100_000  # lines: no text that people write is larger, and reading takes seconds at most
