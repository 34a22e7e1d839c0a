DROP TABLE roster_orgs;
