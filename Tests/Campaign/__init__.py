"""The fault campaign: each case is one operation, one class of identity and the faults that meet it; a judge reads only the cloud's ledger and the API."""
