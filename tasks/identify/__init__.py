"""Document -> whose report it is, on which year, and whether it is one at all.

identity.py    what all that say it add up to
  witnesses.py   everything that says it: titles, dates, prefaces, signatures
  names.py       what an organ's name is
  wrapped.py     lines that were broken at a width put together
regions.py     a name -> the place it lies in, and what all names of one organ share
sections.py    the sections of the form that a document has, and whether anything is told in them
"""
