"""A wire that can be cut: a TCP relay on this machine, for outages of one side only."""

from __future__ import annotations

import contextlib
import socket
import threading


class Wire:
    """Relays connections to `host:port`; while cut, refuses new ones and drops the others."""

    def __init__(self, host: str, port: int) -> None:
        self._far = (host, port)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._door: socket.socket | None = None
        self.port = self._listen(0)

    def cut(self) -> None:
        with self._lock:
            if self._door is not None:
                # Wakes the thread in accept(), which close() alone does not.
                with contextlib.suppress(OSError):
                    self._door.shutdown(socket.SHUT_RDWR)
                self._door.close()
                self._door = None
            ends = list(self._open)
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._listen(self.port)

    def _listen(self, port: int) -> int:
        door = socket.create_server(("127.0.0.1", port))
        with self._lock:
            self._door = door
        threading.Thread(target=self._accept, args=(door,), daemon=True).start()
        return int(door.getsockname()[1])

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
                far = socket.create_connection(self._far)
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._relay, args=(source, sink), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open -= {source, sink}
        source.close()
