-- Version 2. How this database was last served: commands that are not told otherwise take it from here.
CREATE TABLE served (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    port INTEGER NOT NULL,
    api  TEXT NOT NULL CHECK (api IN ('default', 'v1'))
) STRICT;
