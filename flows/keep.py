"""Files that were read in, the same in the database out: reports first, then the cases they touch.

Every step may be repeated: same bytes, same rows. The database is the truth, so a case is made
from what is stored, the reports of earlier days too.
"""
