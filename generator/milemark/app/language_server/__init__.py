"""`milemark lsp`: a server of the language server protocol over stdin and stdout. It needs the extra `lsp`."""
