"""What is done to one document.

    bytes + name
      | detect.py      which format, and the evidence for it
      | read/          -> Document: paragraphs and tables, each with its place
      | recognise/     -> editions, values, what was left over   (knowledge: forms/)
      | check/         -> findings, and which cell is suspected
      | render/        -> result.json and the outputs for people
      v
    flow.py strings these together; decide.py says what follows after trouble, and does nothing;
    jobs.py is the only file here that knows Celery.

The rooms are pure: bytes in, values out. No clock, environment, network or logging.
"""
