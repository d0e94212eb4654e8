"""Who may do what at the portal: accounts, activation links, PINs, grants, tokens, mails and SMS."""
