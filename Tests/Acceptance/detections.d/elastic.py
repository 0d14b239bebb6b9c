"""Elastic's rules on documents as its Azure integration makes them: the `eql` engine, and words in order for phrases."""
import re
import tomllib

import eql
from eql.parser import elasticsearch_syntax, elasticsearch_validate_optional_fields


def trips(rules, name, event, _):
    rule = tomllib.loads((rules / "elastic" / f"{name}.toml").read_text())["rule"]
    if rule["language"] == "kuery":
        return matches_phrase(rule["query"], event["SyslogMessage"])
    found = []
    with elasticsearch_syntax, elasticsearch_validate_optional_fields:
        engine = eql.PythonEngine()
        engine.add_query(eql.parse_query(rule["query"]))
        engine.add_output_hook(found.append)
        engine.stream_event(eql.Event("any", 0, document(event)))
        engine.finalize()
    return bool(found)


def matches_phrase(query, message):
    """`message : ("some words" or "others")` on analysed text: one of the phrases' words, in order and side by side."""
    phrases = re.fullmatch(r'message : \(("[^"]*"(?: or "[^"]*")*)\)', query.strip())
    if not phrases:
        raise ValueError(f"not a query that is understood here: {query}")
    words = tokens(message)
    wanted = [tokens(phrase) for phrase in re.findall(r'"([^"]*)"', phrases[1])]
    return any(words[start:start + len(phrase)] == phrase for phrase in wanted for start in range(len(words)))


def tokens(text):
    """As the standard analyser does: a dot between letters joins, anything else parts."""
    return re.findall(r"\w+(?:\.\w+)*", text.lower())


def document(event):
    """What the ingest pipelines of Elastic's Azure integration make of the same record."""
    kind = event["Type"]
    if kind == "AuditLogs":
        by = event["InitiatedBy"]
        return {"event": {"dataset": "azure.auditlogs"}, "azure": {"auditlogs": {
            "operation_name": event["OperationName"], "category": "AuditLogs",
            "properties": {
                "initiated_by": {"app": known(by.get("app")), "user": known(by.get("user"))},
                "target_resources": {str(place): {"id": one["id"], "display_name": one["displayName"], "type": one["type"]}
                                     for place, one in enumerate(event["TargetResources"])}}}}}
    if kind == "MicrosoftGraphActivityLogs":
        return {"event": {"dataset": "azure.graphactivitylogs"}, "source": {"ip": event["IPAddress"]},
                "http": {"request": {"method": event["RequestMethod"]}}, "url": {"original": event["RequestUri"]},
                "azure": {"graphactivitylogs": {"properties": {"app_id": event["AppId"]}}}}
    if kind == "AADServicePrincipalSignInLogs":
        return {"event": {"dataset": "azure.signinlogs"}, "source": {"ip": event["IPAddress"]},
                "azure": {"signinlogs": {"properties": {"app_id": event["AppId"]}}}}
    raise ValueError(f"no document for {kind}")


def known(fields):
    """Empty fields are dropped on the way in."""
    return {name: value for name, value in (fields or {}).items() if value not in (None, "")}
