DROP TABLE package_results;
DROP TABLE attendance_base;
DROP TABLE package_instances;
DROP TABLE package_imports;
DROP TABLE package_files;
DROP TABLE package_rows;
DROP TABLE packages;
DROP TABLE package_centres;
