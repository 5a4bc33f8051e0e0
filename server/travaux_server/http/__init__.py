"""What every answer needs of HTTP: formats, codings, ranges, problems, accounts."""
