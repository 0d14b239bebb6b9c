"""Makes the rules for Sentinel (KQL) and Elastic (EQL) from those in sigma/: generate.py SITE.json OUT"""
import json
import pathlib
import re
import sys

from sigma.backends.elasticsearch import EqlBackend
from sigma.backends.kusto import KustoBackend
from sigma.collection import SigmaCollection
from sigma.processing.pipeline import ProcessingPipeline

HERE = pathlib.Path(__file__).resolve().parent
SEVERITIES = {"high": 73, "critical": 99}

# The fields of the rules are the columns of Azure Monitor's tables; a dot leads into a dynamic column.
TABLES = {
    "auditlogs": ("AuditLogs", "logs-azure.auditlogs-*", "azure.auditlogs"),
    "microsoftgraphactivitylogs": ("MicrosoftGraphActivityLogs", "logs-azure.graphactivitylogs-*",
                                   "azure.graphactivitylogs"),
    "serviceprincipalsigninlogs": ("AADServicePrincipalSignInLogs", "logs-azure.signinlogs-*", "azure.signinlogs"),
    "syslog": ("Syslog", "logs-*", None),
}
NESTED = {  # what Kusto has to take out of a dynamic column first
    "InitiatedBy.app.servicePrincipalId": ("ActorServicePrincipalId", "InitiatedBy.app.servicePrincipalId"),
    "InitiatedBy.app.appId": ("ActorAppId", "InitiatedBy.app.appId"),
    "TargetResources.0.id": ("TargetId", "TargetResources[0].id"),
    "TargetResources.1.id": ("SecondTargetId", "TargetResources[1].id"),
}
ELASTIC = {
    "auditlogs": {
        "OperationName": "azure.auditlogs.operation_name",
        "InitiatedBy.app.servicePrincipalId": "azure.auditlogs.properties.initiated_by.app.servicePrincipalId",
        "InitiatedBy.app.appId": "azure.auditlogs.properties.initiated_by.app.appId",
        "TargetResources.0.id": "?azure.auditlogs.properties.target_resources.`0`.id",
        "TargetResources.1.id": "?azure.auditlogs.properties.target_resources.`1`.id",
    },
    "microsoftgraphactivitylogs": {
        "AppId": "azure.graphactivitylogs.properties.app_id", "RequestMethod": "http.request.method",
        "RequestUri": "url.original", "IPAddress": "source.ip",
    },
    "serviceprincipalsigninlogs": {"AppId": "azure.signinlogs.properties.app_id", "IPAddress": "source.ip"},
    "syslog": {"Message": "message"},
}


def values(site):
    """What the placeholders of the rules stand for."""
    base = site["graph"] + "/v1.0/identity/conditionalAccess/"
    lists = {name: list(found) for name, found in site.items() if name != "graph"}
    return {**lists, "location_addresses": [f"{base}namedLocations/{id}" for id in site["managed_locations"]]}


def pipeline(fields, placeholders, variables=None):
    return ProcessingPipeline.from_dict({
        "name": "knocknoc-entra", "priority": 10, "vars": variables or {},
        "transformations": [
            {"id": "fields", "type": "field_name_mapping", "mapping": fields},
            *placeholders,
        ]})


def kql(path, rule, site):
    """Lists of the site first, so that they can be edited where the rule is pasted."""
    service = rule.logsource.service
    text = path.read_text().replace("https://graph.microsoft.com", site["graph"])
    fields = {name: column for name, (column, _) in NESTED.items() if name in text}
    if service == "syslog":
        fields["Message"] = "SyslogMessage"
    backend = KustoBackend(processing_pipeline=pipeline(
        fields, [{"type": "query_expression_placeholders", "expression": "{field} in~ ({id})"}]))
    condition = backend.convert(SigmaCollection.from_yaml(text))[0]
    lines = [f"// {rule.title}", f"// From sigma/{path.name}; level {rule.level.name.lower()}. Run it every five minutes over "
             "the last ten, or as a near-real-time rule.", ""]
    for name, found in values(site).items():
        if f"%{name}%" in text:
            lines.append(f"let {name} = dynamic({json.dumps(found)});")
    lines.append(TABLES[service][0])
    lines += [f"| extend {column} = tostring({place})" for name, (column, place) in NESTED.items() if name in text]
    return "\n".join(lines + [f"| where {condition}", ""])


def eql(text, service, site):
    found = values(site)
    # An IP field is compared as an address, not as text.
    networks = ", ".join(f'"{address}/{128 if ":" in address else 32}"' for address in found.pop("host_addresses"))
    backend = EqlBackend(processing_pipeline=pipeline(ELASTIC[service], [
        {"type": "query_expression_placeholders", "include": ["host_addresses"],
         "expression": "cidrMatch({field}, {id})", "mapping": {"host_addresses": networks}},
        {"type": "value_placeholders"}], found))
    # EQL knows no escaped wildcard; `?` stands for any one character, and so for itself.
    query = backend.convert(SigmaCollection.from_yaml(text))[0].replace("\\?", "?")
    return query.replace("any where ", f'any where event.dataset == "{TABLES[service][2]}" and (', 1) + ")"


def phrases(rule):
    """`message` is analysed text, which EQL cannot search: a phrase of its words does."""
    found = []
    for detection in rule.detection.detections.values():
        for item in detection.detection_items:
            found += [" ".join(re.findall(r"[\w.]+", value.to_plain())).lower() for value in item.value]
    return "message : (" + " or ".join(json.dumps(phrase) for phrase in dict.fromkeys(found)) + ")"


def elastic(path, rule, site):
    """A rule of Elastic's detection engine, in the form of its public rule repository."""
    service = rule.logsource.service
    text = path.read_text().replace("https://graph.microsoft.com", site["graph"])
    kind, language, query = ("query", "kuery", phrases(rule)) if service == "syslog" else (
        "eql", "eql", eql(text, service, site))
    severity = rule.level.name.lower()
    lines = ["[metadata]", f'creation_date = "{rule.date:%Y/%m/%d}"', 'maturity = "production"', "", "[rule]",
             f"name = {json.dumps(rule.title)}", f"description = {json.dumps(rule.description)}",
             f'rule_id = "{rule.id}"', f'type = "{kind}"', f'language = "{language}"',
             f'index = ["{TABLES[service][1]}"]', 'from = "now-10m"', f'severity = "{severity}"',
             f"risk_score = {SEVERITIES[severity]}", f"false_positives = {json.dumps(rule.falsepositives)}",
             "query = '''", query, "'''", ""]
    return "\n".join(lines)


def generate(site, out):
    for path in sorted((HERE / "sigma").glob("*.yml")):
        rule = SigmaCollection.from_yaml(path.read_text()).rules[0]
        for folder, ending, make in (("kql", "kql", kql), ("elastic", "toml", elastic)):
            (out / folder).mkdir(parents=True, exist_ok=True)
            (out / folder / f"{path.stem}.{ending}").write_text(make(path, rule, site))


if __name__ == "__main__":
    generate(json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2]))
