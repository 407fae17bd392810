"""Where things live: the only code that speaks S3 or Redis.

    events.py   a notification's body     -> keys to look at
    objects.py  the bucket                   (memory.py: the same, without a server)
    direct.py   what the service lives by, on a short way beside boto3; listing.py: a page of keys
    keys.py     key of a document         <-> keys of its result, outputs and dead letter
    results.py  what became of a document -> its one terminal record
    members.py  what was taken out of an archive, and the list of it
    counts.py   the bucket                -> how many documents stand where
    attempts.py how often it was tried       (Redis)
    broker.py   is it there, how long are its queues; leases, marks, members that have not ended
    local.py    the servers for one machine

Whatever fails here fails as one of the exceptions of errors.py, translated there once.
"""
