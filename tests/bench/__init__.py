"""The benchmark: our endpoint beside others, on the same data, with the same queries, in one run."""
