"""Who may see the pages, and who may do what there.

    request → Guard: host → session → (sign in | same origin and token) → page: require(role)

gate.py      what guard and sign-in share, made of the settings
guard.py     the middleware around the site; `require` for the pages
sign_in.py   the routes /sign-in and /sign-out
users.py passwords.py sessions.py throttle.py cookies.py   who they are, what is kept of them
hosts.py forgery.py local.py headers.py    what a browser may be made to send, and is told

The checklist that this is held to is docs/security.md.
"""
