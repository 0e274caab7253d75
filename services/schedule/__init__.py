"""A conference's ``schedule.json``, in and out: the format of c3voc, pretalx and frab (github.com/voc/schedule).

An event is a forum session. What the format does not hold (places, for whom, cancellations) stays as it is stored.
"""
