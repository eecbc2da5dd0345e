-- Version 1. Times are microseconds since 1970, UTC.

CREATE TABLE keys (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    digest       BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    created_us   INTEGER NOT NULL,
    last_used_us INTEGER,
    revoked_us   INTEGER
) STRICT;

-- A key is found by the head of its digest; the program compares the whole digest in constant time.
CREATE INDEX keys_by_digest_head ON keys (substr(digest, 1, 8));

CREATE TABLE memories (
    -- Made unique by counting on, so that newest first is the order of the table itself.
    created_us      INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    idempotency_key TEXT UNIQUE,
    content_digest  BLOB NOT NULL UNIQUE CHECK (length(content_digest) = 32),
    topic           TEXT NOT NULL,
    content         TEXT NOT NULL,
    memory_type     TEXT NOT NULL,
    project         TEXT,
    scope           TEXT,
    tags            TEXT NOT NULL CHECK (json_valid(tags)),
    source          TEXT NOT NULL
) STRICT;

CREATE INDEX memories_by_type ON memories (memory_type);
CREATE INDEX memories_by_project ON memories (project);
CREATE INDEX memories_by_source ON memories (source);

CREATE TABLE memory_tags (
    tag        TEXT NOT NULL,
    created_us INTEGER NOT NULL REFERENCES memories (created_us) ON DELETE CASCADE,
    PRIMARY KEY (tag, created_us)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE memories_text USING fts5 (
    topic, content, project, tags,
    content = 'memories', content_rowid = 'created_us', tokenize = 'unicode61 remove_diacritics 2'
);

-- Counted as memories come in, so that the dashboard costs the same with ten memories as with a million.
CREATE TABLE memory_counts (
    kind     TEXT NOT NULL CHECK (kind IN ('type', 'project', 'source', 'day')),
    name     TEXT NOT NULL,
    memories INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER memories_are_counted AFTER INSERT ON memories BEGIN
    INSERT INTO memory_counts (kind, name, memories)
    SELECT kind, name, 1 FROM (
        SELECT 'type' AS kind, new.memory_type AS name
        UNION ALL SELECT 'project', new.project
        UNION ALL SELECT 'source', new.source
        UNION ALL SELECT 'day', date(new.created_us / 1000000, 'unixepoch')
    )
    WHERE name IS NOT NULL
    ON CONFLICT (kind, name) DO UPDATE SET memories = memories + 1;
END;

CREATE TRIGGER memories_are_searchable AFTER INSERT ON memories BEGIN
    INSERT INTO memories_text (rowid, topic, content, project, tags)
    VALUES (new.created_us, new.topic, new.content, new.project, new.tags);
    INSERT INTO memory_tags (tag, created_us) SELECT value, new.created_us FROM json_each(new.tags);
END;

-- Digests of what opens the pages: an invitation is spent by its first use, a session lasts until it expires.
CREATE TABLE admin_tokens (
    digest     BLOB PRIMARY KEY CHECK (length(digest) = 32),
    kind       TEXT NOT NULL CHECK (kind IN ('invitation', 'session')),
    expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
