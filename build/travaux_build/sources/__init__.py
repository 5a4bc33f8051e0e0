"""Source texts: their pieces, how a record is tied to them, and how one is begun."""
