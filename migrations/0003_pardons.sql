-- Records that were suppressed as furniture and that a person has shown again: no verdict suppresses them anew.
CREATE TABLE pardons (record INTEGER PRIMARY KEY) STRICT;
