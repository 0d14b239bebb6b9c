#include <sqlite3.h>

/* SQLite copies what is bound so: the cast that the macro makes is none that Swift knows. */
static inline int kn_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int size)
{
    return sqlite3_bind_text(statement, index, text, size, SQLITE_TRANSIENT);
}

static inline int kn_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int size)
{
    return sqlite3_bind_blob(statement, index, bytes, size, SQLITE_TRANSIENT);
}

/* No number of arguments that varies reaches Swift either. */
static inline int kn_sqlite_keep_wal(sqlite3 *database)
{
    int keep = 1;
    return sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
}
