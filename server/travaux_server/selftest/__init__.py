"""The proof that a server's walls stand: hostile queries by families, pressure, exchange of releases."""
