"""How cost grows: the same questions with more units, and with more figures in PostgreSQL.

`python -m benchmarks.growth` takes 579, 3,321 and 33,000 units and two thousand to ten million figures, in databases
of a server of its own that is gone afterwards, and writes GROWTH.md and growth.svg beside this folder.
"""
