"""What one bucket, one broker, the sweep and the catalogue bear: `python -m benchmarks.growth`.

bucket.py    rounds of the sweep beside buckets of several sizes, on the embedded SeaweedFS
broker.py    what a queued job, a mark and a lease take in the embedded Valkey
rows.py      the catalogue of so many rows, SQLite and PostgreSQL
january.py   a month in which the reports of a country come, simulated
"""
