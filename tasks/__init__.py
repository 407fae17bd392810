"""What is done to one document.

    bytes + name
      | detect/        which format, and the evidence for it
      | unpack/        of an archive or a mail: -> its members, each of which goes the same way
      | read/          -> Document: paragraphs and tables, each with its place
      | identify/      -> whose report it is, on which year
      | recognise/     -> editions, values, what was left over
      | check/         -> findings, and which cell is suspected
      | render/        -> result.json and the outputs for people
      v
    flow.py strings these together; decide.py says what follows after trouble, and does nothing.

jobs.py does this with one document of the bucket, and is the only file here that knows Celery;
batch.py brings the members of an archive to their jobs and gathers what became of them. Both work
at a workplace.py. queues.py says what a document seems to be by its name.

What a text says is asked of says/, what the form is stands in forms/, and model/ is the vocabulary
of all. The rooms are pure: bytes in, values out. No clock, environment, network or logging.
"""

#: Of the whole program; pyproject.toml has it from here.
VERSION = "0.2.0"
