"""A text -> what it says: a label of the form, a number, a figure.

labels.py      a text without its way of writing; a set of labels to match it against
vocabulary.py  which labels the form has: of rows, of columns, of neither
amounts.py     the text of a cell -> a figure

It knows no place and no table: whoever reads a document asks here, once for each text.
"""
