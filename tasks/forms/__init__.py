"""Knowledge as tables: what the forms are, one file an edition of a table. No code decides here.

Adding an edition, or a variant with a row more, is adding one file next to the others;
`annual_report` finds it. `vocabulary` says what such a file declares.
"""
