"""`milemark mcp`: a server of the Model Context Protocol over stdin and stdout. It needs the extra `mcp`."""
