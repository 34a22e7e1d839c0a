-- Of a package: no hall is absent, and of its hall no room is, where the package names what is gone.
DELETE FROM gone_hall;

DELETE FROM judged
WHERE (SELECT gone FROM pass) IS NOT NULL
   OR building_id NOT IN (SELECT building_id FROM src_hall WHERE building_id IS NOT NULL);

DELETE FROM closing
WHERE building_id NOT IN (SELECT building_id FROM src_hall WHERE building_id IS NOT NULL);
