"""People: pages, API, exports and the command line. The only package that knows HTTP, language and environment."""
