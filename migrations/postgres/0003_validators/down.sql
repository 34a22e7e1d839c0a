DROP TABLE validators;
