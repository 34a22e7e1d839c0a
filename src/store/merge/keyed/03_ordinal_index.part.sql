CREATE INDEX IF NOT EXISTS stage_{entity}_ordinal ON stage_{entity} (ordinal)
