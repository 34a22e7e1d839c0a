"""Loads the tables of a roster from MariaDB into PostgreSQL with dlt's sql_database, which replaces what was there."""

import os
import sys

import dlt
from dlt.sources.sql_database import sql_database

# dlt wants one; the server lets in without.
os.environ["DESTINATION__POSTGRES__CREDENTIALS__PASSWORD"] = "unused"
source_url, target_url, folder = sys.argv[1:]
pipeline = dlt.pipeline(
    "roster",
    pipelines_dir=folder,
    destination=dlt.destinations.postgres(target_url),
    dataset_name="roster",
    progress=None,
)
tables = sql_database(source_url, table_names=["institutes", "users", "institute_user"])
pipeline.run(tables, write_disposition="replace")
