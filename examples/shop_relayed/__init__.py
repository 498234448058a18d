"""The shop in several processes: it takes orders in one, and workers take stock and send mail.

Its signals, its rules for orders and its mails are those of ``examples.shop``, imported from there. New are: ``relay``,
which says what travels; ``desk``, which takes orders in transactions; ``stock`` and ``mails``, whose receivers run in
workers; and the tables in ``database``. ``demo`` runs it all, and kills a worker; ``inspection`` looks whether anything
was lost or done twice.
"""
