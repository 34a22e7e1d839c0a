SELECT quote_ident(our_schema()) AS value
