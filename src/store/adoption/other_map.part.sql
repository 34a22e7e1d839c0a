SELECT map AS value
FROM {map}
