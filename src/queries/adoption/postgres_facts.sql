-- The greatest values that ours have: what the columns of the application must take.
SELECT jsonb_build_object(
    'buildings', (SELECT jsonb_build_object(
        'rows', count(*), 'name_characters', max(char_length(name)), 'address_characters', max(char_length(address)),
        'uid_characters', max(char_length(external_uid)), 'external_id', max(external_id),
        'capacity', NULL, 'place_limit', max(place_limit), 'region_id', max(region_id)) FROM buildings),
    'rooms', (SELECT jsonb_build_object(
        'rows', count(*), 'name_characters', max(char_length(name)), 'address_characters', NULL,
        'uid_characters', NULL, 'external_id', max(external_id),
        'capacity', max(capacity), 'place_limit', NULL, 'region_id', NULL) FROM rooms)
) AS value
