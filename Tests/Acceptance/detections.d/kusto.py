"""KQL on rows of Azure Monitor's tables: duckdb-kql translates it, DuckDB runs it."""
import json

import duckdb_kql


def trips(rules, name, event, _):
    query = (rules / "kql" / f"{name}.kql").read_text()
    connection = duckdb_kql.connect()
    kinds, row = [], []
    for column, value in event.items():
        is_dynamic = isinstance(value, (dict, list))
        kind = "TIMESTAMP" if column == "TimeGenerated" else "JSON" if is_dynamic else (
            "BIGINT" if isinstance(value, int) else "VARCHAR")
        kinds.append(f'"{column}" {kind}')
        row.append(json.dumps(value) if is_dynamic else value)
    connection.execute(f"CREATE TABLE {event['Type']} ({', '.join(kinds)})")
    connection.execute(f"INSERT INTO {event['Type']} VALUES ({', '.join('?' * len(row))})", row)
    return len(duckdb_kql.query(connection, query).fetchall()) == 1
