"""accept -> dispatch -> receive -> deliver -> reconcile; no Discord, no HTTP, no SQL."""
