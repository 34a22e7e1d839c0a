DROP TABLE adoption_links;
DROP TABLE adoption_map;
