CREATE INDEX stage_{entity}_sourced_id ON stage_{entity} (sourced_id)
