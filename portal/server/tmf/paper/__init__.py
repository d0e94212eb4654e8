"""The portal's PDFs: invoices and contract documents. Facts in, the same bytes out; no database, no network."""
