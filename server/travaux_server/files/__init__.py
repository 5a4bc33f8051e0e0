"""The files of releases, and the page that offers them."""
