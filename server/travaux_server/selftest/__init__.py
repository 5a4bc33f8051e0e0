"""The proof that a running server's walls stand: hostile queries by families, pressure, exchange of releases."""
