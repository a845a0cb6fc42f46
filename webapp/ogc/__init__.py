"""OGC API – Features at `/ogc`: areas and figures for geographic software, in parts that it can page through."""
