"""The service beside its peers: the same 579 communes, the same figures, one machine, one run.

`python -m benchmarks.peers` starts every server, checks what each answers, times them in turn with wrk and writes
`benchmarks/RESULTS.md` with a plot. Peers live in a virtual environment of their own (`requirements-bench.txt`).
Needs wrk, nginx and PostgreSQL with PostGIS (Debian: wrk nginx-light postgresql-15-postgis-3).
"""
