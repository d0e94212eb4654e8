"""The TM Forum half of the reference portal: contracts, offerings, orders, invoices, documents, telephone services."""
