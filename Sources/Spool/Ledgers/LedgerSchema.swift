/// The tables of `ledger/ledger.sqlite`.
enum LedgerSchema {
    /// "KNOC", by which `file` and SQLite tell this database from others.
    static let applicationId: Int64 = 0x4B4E_4F43
    /// Counts up with each change of the tables.
    static let version: Int64 = 1

    /// Times are microseconds since 1970 (`datetime(expiresAt / 1000000, 'unixepoch')`), ranges are in CIDR form,
    /// several of them with blanks between; names of items and claims are percent-escaped.
    static let text = """
        -- One row: when anything was recorded last, by the clock of that time.
        CREATE TABLE clock (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            recorded INTEGER NOT NULL
        ) STRICT;

        -- A named location that this worker has dealt with. `confirmation`: never: nothing was ever sent; unconfirmed:
        -- its list at Entra is not known; confirmed: it is, since the last worker said so at its end. `leases` is how many
        -- there are, so that lost ones are noticed. Removals up to `forgotten` are no longer remembered. `sentinel` is what its list
        -- holds when nothing else does, also after it has left the configuration.
        CREATE TABLE location (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
            name TEXT NOT NULL CHECK (name <> ''),
            confirmation TEXT NOT NULL CHECK (confirmation IN ('never', 'unconfirmed', 'confirmed')),
            leases INTEGER NOT NULL CHECK (leases >= 0),
            forgotten INTEGER,
            sentinel TEXT
        ) STRICT;

        -- Who holds which ranges until when.
        CREATE TABLE lease (
            location INTEGER NOT NULL REFERENCES location ON DELETE CASCADE,
            key TEXT NOT NULL,
            user TEXT,
            grantId TEXT CHECK (grantId IS NULL OR key = 'id ' || grantId),
            ranges TEXT NOT NULL CHECK (ranges <> ''),
            issuedAt INTEGER NOT NULL,
            item TEXT NOT NULL,
            startsAt INTEGER,
            expiresAt INTEGER NOT NULL,
            requestId TEXT,
            PRIMARY KEY (location, key)
        ) STRICT, WITHOUT ROWID;

        -- Revokes and flushes that count against grants which arrive late. `subject` is the grantId or the user; without
        -- ranges all of that user's.
        CREATE TABLE tombstone (
            location INTEGER NOT NULL REFERENCES location ON DELETE CASCADE,
            scope TEXT NOT NULL CHECK (scope IN ('grantId', 'user', 'addresses', 'everything')),
            subject TEXT NOT NULL CHECK ((subject <> '') = (scope IN ('grantId', 'user'))),
            ranges TEXT NOT NULL CHECK (ranges = '' OR scope IN ('user', 'addresses')),
            issuedAt INTEGER NOT NULL,
            item TEXT NOT NULL,
            endedSomething INTEGER NOT NULL CHECK (endedSomething IN (0, 1)),
            until INTEGER NOT NULL,
            PRIMARY KEY (location, issuedAt, item, scope, subject, ranges)
        ) STRICT, WITHOUT ROWID;

        -- The newest request of each key that is over, so that an older one does not come to life.
        CREATE TABLE ending (
            location INTEGER NOT NULL REFERENCES location ON DELETE CASCADE,
            key TEXT NOT NULL,
            issuedAt INTEGER NOT NULL,
            item TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (location, key)
        ) STRICT, WITHOUT ROWID;

        -- Ranges that have to leave Entra, why and since when.
        CREATE TABLE departure (
            location INTEGER NOT NULL REFERENCES location ON DELETE CASCADE,
            range TEXT NOT NULL,
            cause TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (location, range)
        ) STRICT, WITHOUT ROWID;

        -- Lists of ranges: confirmed: what Entra took last; kept: the sentinel and what was pinned then; perhaps: what
        -- lists may have added whose end nobody knows; adopted: what was there at the first start and stays.
        CREATE TABLE listed (
            location INTEGER NOT NULL REFERENCES location ON DELETE CASCADE,
            list TEXT NOT NULL CHECK (list IN ('confirmed', 'kept', 'perhaps', 'adopted')),
            range TEXT NOT NULL,
            PRIMARY KEY (location, list, range)
        ) STRICT, WITHOUT ROWID;

        -- Verdicts that are committed and whose files may not have moved yet.
        CREATE TABLE settling (
            location INTEGER NOT NULL REFERENCES location ON DELETE CASCADE,
            claim TEXT NOT NULL,
            verdict TEXT NOT NULL,
            PRIMARY KEY (location, claim)
        ) STRICT, WITHOUT ROWID;

        -- Requests whose submitter was proved once, by the SHA-256 of name and bytes.
        CREATE TABLE proof (
            hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
