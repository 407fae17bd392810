"""Where documents are parsed: in a process of its own each, which can do nothing else.

    worker ── exec, once ──> server.py ── fork, for each document ──> child.py
              (or, under `gouji up`, forked for it from host.py, which is warm for all workers)
    client.py                imports the readers,                     takes limits upon itself,
      │                      gives up rights (confine.py),            reads the bytes, examines,
      │                      watches the clock                        answers in JSON (and bytes)
      └──────── bytes and name / answer: a socket pair for each document (wire.py) ──┘

What is asked of a document, how a server gets ready for it and how the answer is checked, its
owner says: `Sandbox` reads documents, `workers/site/originals` shows them to people.

The server is started by exec, so that nothing of the worker (connections, credentials, threads)
is in it; a fork of it costs a few milliseconds, where a fresh interpreter costs a second. The
worker believes nothing that a child says beyond what `wire.py` has checked. How a child ends is
what the document did: `timeout`, `out_of_memory`, `crashed`.
"""
