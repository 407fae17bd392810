"""A text -> what it says: a label of the form, a number, a figure.

labels.py      a text without its way of writing; a set of labels to match it against
vocabulary.py  which labels the form has: of rows, of columns, of neither
amounts.py     the text of a cell -> a figure
figures.py     whether a text that is no figure may be one, or a part of a label
spaces.py      signs that stand for spaces -> taken off the figures of a document

It knows no place and no table: whoever reads a document asks here, once for each text.
"""
