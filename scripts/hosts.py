#!/usr/bin/env python3
"""Reads AWS's host names out of botocore, and writes what sig4 knows of them.

Run it from the root of the repository, in a virtual environment of its own:

    python3 -m venv target/hosts
    target/hosts/bin/pip install --no-binary botocore botocore==1.44.8
    target/hosts/bin/python scripts/hosts.py

It writes three files:

    src/endpoint/names.rs   the table that host names are read with
    tests/it/hosts/hosts.tsv.gz      every host name, the regions and the signing names of its requests
    tests/it/hosts/partitions.tsv    the partitions: name, the two suffixes, regions

In `hosts.tsv`, `*` is a region that the host does not decide, and `?` a service that has no model.

Sources in botocore's data:

- the endpoint rule sets, evaluated for every region of every partition, with every combination of FIPS and dual-stack, and with
  the arguments that change the host;
- the host prefixes of operations, and the signing names of the service models;
- `endpoints.json`, the older list, for hosts that no rule set has. It also decides where a rule set has one host for two regions:
  rule sets answer for regions without the service, too, while the list has only what exists.

To move to a later version of botocore: change VERSION, run the script, read the difference, run the tests.
"""

import gzip
import itertools
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import botocore
from botocore.endpoint_provider import RuleSet
from botocore.exceptions import EndpointProviderError

VERSION = "1.44.8"

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(botocore.__file__).parent / "data"

# What stands for a customer's own labels in the arguments below.
ACCOUNT = "111122223333"
SAMPLE = "sample"
TAIL = "xyz"
OUTPOST_ID = "op-01234567890123456"
ZONE = "use1-az4"

# A region that the host does not decide, and a service without a model.
ANY = "*"
UNKNOWN = "?"

# The signing names of services that have no model, but documentation: "Setting up a streaming transcription", Amazon Transcribe.
DOCUMENTED = {"transcribestreaming": "transcribe"}


def read(path):
    return json.loads(path.read_text())


PARTITIONS = read(DATA / "partitions.json")
REGIONS = {region: p for p in PARTITIONS["partitions"] for region in p["regions"]}


def is_region(name):
    return any(re.match(p["regionRegex"], name) for p in PARTITIONS["partitions"])


# Arguments that change the host, by service. `None` is an argument that is not given, `{p}` the partition, `{r}` the region.
KINESIS_ARNS = [
    {name: f"arn:{{p}}:kinesis:{{r}}:{ACCOUNT}:{kind}/{SAMPLE}"}
    for name, kind in [
        ("StreamARN", "stream"),
        ("ConsumerARN", "stream"),
        ("ResourceARN", "stream"),
        ("ResourceARN", "channel"),
        ("ResourceARN", "queue"),
        ("ChannelARN", "channel"),
        ("QueueARN", "queue"),
    ]
]
STREAM_IDS = [{"StreamId": f"{SAMPLE:x<20}-{TAIL}"}]
S3_BUCKETS = [
    None,
    SAMPLE,
    f"{SAMPLE}.dotted",
    f"{SAMPLE}--{ZONE}--x-s3",
    f"{SAMPLE}--{ZONE}--xa-s3",
    f"{SAMPLE}e{'0' * 42}--op-s3",
    f"{SAMPLE}o{'0' * 42}--op-s3",
    f"arn:{{p}}:s3:{{r}}:{ACCOUNT}:accesspoint/{SAMPLE}",
    f"arn:{{p}}:s3::{ACCOUNT}:accesspoint/{SAMPLE}.mrap",
    f"arn:{{p}}:s3-object-lambda:{{r}}:{ACCOUNT}:accesspoint/{SAMPLE}",
    f"arn:{{p}}:s3-outposts:{{r}}:{ACCOUNT}:outpost/{OUTPOST_ID}:accesspoint/{SAMPLE}",
]
OUTPOST = f"arn:{{p}}:s3-outposts:{{r}}:{ACCOUNT}:outpost/{OUTPOST_ID}"
ARGUMENTS = {
    "acm": [{}, {"ServiceType": "ACM-ACME"}, {"ServiceType": "ACM"}],
    "arc-region-switch": [{}, {"UseControlPlaneEndpoint": True}],
    "cloudfront-keyvaluestore": [{"KvsARN": f"arn:{{p}}:cloudfront::{ACCOUNT}:key-value-store/{SAMPLE}"}],
    "dynamodb": [
        {**where, **search}
        for search in [{}, {"IsSearchOperation": True}]
        for where in [
            {},
            {"AccountId": ACCOUNT, "AccountIdEndpointMode": "preferred"},
            {"ResourceArn": f"arn:{{p}}:dynamodb:{{r}}:{ACCOUNT}:table/t", "AccountIdEndpointMode": "preferred"},
            {"ResourceArnList": [f"arn:{{p}}:dynamodb:{{r}}:{ACCOUNT}:table/t"], "AccountIdEndpointMode": "preferred"},
        ]
    ],
    "dynamodbstreams": [
        {},
        {"AccountId": ACCOUNT, "AccountIdEndpointMode": "preferred"},
        {
            "StreamArn": f"arn:{{p}}:dynamodb:{{r}}:{ACCOUNT}:table/t/stream/1",
            "AccountIdEndpointMode": "preferred",
        },
    ],
    "eventbridgev2": [
        {},
        {"AccountId": ACCOUNT, "AccountIdEndpointMode": "preferred"},
        {
            "EventBusArn": f"arn:{{p}}:events:{{r}}:{ACCOUNT}:event-bus/b",
            "AccountIdEndpointMode": "preferred",
        },
    ],
    "events": [{}, {"EndpointId": f"{SAMPLE}.veo"}],
    "kinesis": [
        {"OperationType": kind, "ResourceType": resource, **where}
        for kind in ["control", "data"]
        for resource in ["", "queue"]
        for where in [
            {},
            {"AccountId": ACCOUNT, "AccountIdEndpointMode": "preferred"},
            *KINESIS_ARNS,
            *STREAM_IDS,
        ]
    ],
    "neptune-graph": [{}, {"ApiType": "ControlPlane"}, {"ApiType": "DataPlane"}],
    "opensearchmemory": [{}, {"SpaceId": SAMPLE}],
    "s3": [
        {"Bucket": bucket, **how}
        for bucket in S3_BUCKETS
        for how in [
            {},
            {"ForcePathStyle": True},
            {"Accelerate": True},
            {"UseGlobalEndpoint": True},
            {"UseObjectLambdaEndpoint": True},
            {"UseS3ExpressControlEndpoint": True},
            {"DisableS3ExpressSessionAuth": True},
        ]
    ],
    "s3control": [
        {"AccountId": account, **where}
        for account in [None, ACCOUNT]
        for where in [
            {},
            {"RequiresAccountId": True},
            {"OutpostId": OUTPOST_ID},
            {"Bucket": f"{OUTPOST}:bucket:{SAMPLE}"},
            {"AccessPointName": f"{OUTPOST}:accesspoint:{SAMPLE}"},
            {"AccessPointName": f"{SAMPLE}--{ZONE}--xa-s3"},
            {"UseS3ExpressControlEndpoint": True},
        ]
    ],
    "sesv2": [{}, {"EndpointId": f"{SAMPLE}.456"}],
    "signin": [{}, {"IsControlPlane": True}, {"IsOAuthEndpoint": True}],
    "sts": [{}, {"UseGlobalEndpoint": True}],
    "wellarchitected": [{}, {"SubServiceType": "AGENT"}],
}


class Hosts:
    """Host names, each with the (region, service) pairs that AWS signs its requests for."""

    def __init__(self):
        self.scopes = defaultdict(set)

    def add(self, host, region, service, pseudo=None):
        """Adds a host, unless its name holds a pseudo-region, such as `aws-global`, or is no name."""
        host = host.lower()
        labels = host.split(".")
        invented = [name for name in (pseudo, *REGIONS) if name and not is_region(name)]
        if any(f".{name}." in f".{host}." for name in invented) or not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", host):
            return
        if region != ANY and not is_region(region):
            # A pseudo-region is in no credential scope.
            region = next((label for label in reversed(labels) if is_region(label)), None)
        if region:
            self.scopes[host].add((region, service))


def fill(value, partition, region):
    if isinstance(value, list):
        return [fill(item, partition, region) for item in value]
    if isinstance(value, str):
        return value.replace("{p}", partition["id"]).replace("{r}", region)
    return value


def scope(properties, region, service):
    """The region and the service that a resolved endpoint is signed for, as botocore chooses among its schemes."""
    schemes = properties.get("authSchemes")
    if not schemes:
        return region, service
    plain = [s for s in schemes if s["name"] in ("sigv4", "sigv4-s3express")]
    scheme = (plain or schemes)[0]
    # Signature Version 4A signs for a set of regions.
    where = scheme.get("signingRegion") or region if plain else ANY
    return where, scheme.get("signingName") or service


def urls_in(rules):
    """The URL templates of a rule set, without those that the caller's own endpoint fills."""
    for rule in rules:
        url = rule.get("endpoint", {}).get("url")
        if isinstance(url, str) and not re.search(r"\{(Endpoint|url)\b|^http:|CustomEndpoint", url):
            yield url
        yield from urls_in(rule.get("rules", []))


class Probe:
    """A rule set that notes which of its URL templates were reached."""

    def __init__(self, data):
        self.rules = RuleSet(**data, partitions=PARTITIONS)
        self.urls = set(urls_in(data["rules"]))
        self.reached = set()
        resolve = self.rules.rule_lib.resolve_value

        def note(value, scope_vars):
            if isinstance(value, str):
                self.reached.add(value)
            return resolve(value, scope_vars)

        self.rules.rule_lib.resolve_value = note

    def evaluate(self, arguments):
        try:
            return self.rules.evaluate(arguments)
        except EndpointProviderError:
            return None


def services():
    """Every service with the folder of its newest version, and the model in it."""
    for folder in sorted(folder for folder in DATA.iterdir() if folder.is_dir()):
        version = max(folder.iterdir())
        yield folder.name, version, read(version / "service-2.json")


def prefixes(model, name):
    """The prefixes that operations put before the host, and none. S3 and S3 Control have theirs from the rule set."""
    if name in ("s3", "s3control"):
        return [""]
    found = {operation.get("endpoint", {}).get("hostPrefix", "") for operation in model["operations"].values()}
    return sorted({"", *(re.sub(r"\{\w+\}", SAMPLE, prefix) for prefix in found)})


def pseudo_regions():
    """The names in `endpoints.json` that are no region of a partition, such as `sandbox`, by endpoint prefix."""
    found = defaultdict(set)
    for partition in read(DATA / "endpoints.json")["partitions"]:
        for prefix, service in partition["services"].items():
            found[prefix] |= set(service["endpoints"]) - set(REGIONS)
    return found


def from_rule_sets(hosts):
    pseudo = pseudo_regions()
    for name, version, model in services():
        metadata = model["metadata"]
        service = metadata.get("signingName") or metadata["endpointPrefix"]
        probe = Probe(read(version / "endpoint-rule-set-1.json"))
        regions = dict.fromkeys(sorted(pseudo[metadata["endpointPrefix"]]), PARTITIONS["partitions"][0]) | REGIONS
        for region, partition in regions.items():
            given = [fill_all(a, partition, region, probe.rules.parameters) for a in ARGUMENTS.get(name, [{}])]
            for arguments, fips, dual in itertools.product(given, [False, True], [False, True]):
                found = probe.evaluate(arguments | {"Region": region, "UseFIPS": fips, "UseDualStack": dual})
                for prefix in prefixes(model, name) if found else []:
                    host = prefix + urlsplit(found.url).hostname
                    hosts.add(host, *scope(found.properties, region, service), pseudo=None if region in REGIONS else region)
        for url in sorted(probe.urls - probe.reached):
            print(f"{name}: no region reaches {url}")


def fill_all(arguments, partition, region, known):
    given = {name: value for name, value in arguments.items() if name in known and value is not None}
    return {name: fill(value, partition, region) for name, value in given.items()}


def from_endpoints_json():
    """The hosts of the older list."""
    hosts = Hosts()
    names = defaultdict(set)
    for _, _, model in services():
        metadata = model["metadata"]
        names[metadata["endpointPrefix"]].add(metadata.get("signingName") or "")
    for partition in read(DATA / "endpoints.json")["partitions"]:
        for prefix, service in partition["services"].items():
            for endpoint, own in service["endpoints"].items():
                layers = [partition["defaults"], service.get("defaults", {}), own]
                credential = {k: v for layer in layers for k, v in layer.get("credentialScope", {}).items()}
                alone = credential.get("service", DOCUMENTED.get(prefix, UNKNOWN))
                known = {name or credential.get("service", prefix) for name in names.get(prefix, [])} or {alone}
                for host, name in itertools.product(named(layers, prefix, endpoint, partition["dnsSuffix"]), known):
                    hosts.add(host, credential.get("region", endpoint), name)
    return hosts


def named(layers, prefix, endpoint, suffix):
    """The host names of an endpoint of `endpoints.json`: the plain one, its variants and the name in its certificate."""
    variants = defaultdict(dict)
    for layer in layers:
        variants[()] |= {key: layer[key] for key in ("hostname", "sslCommonName") if key in layer}
        for variant in layer.get("variants", []):
            variants[tuple(sorted(variant["tags"]))] |= variant
    own = layers[-1]
    # What stands for no region has a name of its own, and a variant is offered where the endpoint lists it.
    offered = [()] if is_region(endpoint) or "hostname" in own else []
    offered += [tuple(sorted(v["tags"])) for v in own.get("variants", []) if is_region(endpoint) or "hostname" in v]
    for tags in offered:
        values = {"service": prefix, "region": endpoint, "dnsSuffix": variants[tags].get("dnsSuffix", suffix)}
        for key in ("hostname", "sslCommonName") if is_region(endpoint) else ("hostname",):
            if key in variants[tags]:
                yield variants[tags][key].format(**values)


def combined():
    """All hosts: those of the rule sets, and those that only the older list has."""
    hosts, older = Hosts(), from_endpoints_json().scopes
    from_rule_sets(hosts)
    for host, scopes in hosts.scopes.items():
        # A FIPS host follows the plain one.
        listed = older.get(host) or older.get(host.replace("-fips.", ".")) or set()
        if len(scopes & listed) == 1 and len({what for _, what in scopes}) == 1:
            scopes &= listed
    for host in older.keys() - hosts.scopes.keys():
        hosts.scopes[host] = older[host]
    return dict(sorted(hosts.scopes.items()))


REGION = "{region}"
SUFFIXES = sorted(
    {p["outputs"][key] for p in PARTITIONS["partitions"] for key in ("dnsSuffix", "dualStackDnsSuffix")},
    key=lambda suffix: -len(suffix),
)


def split(host):
    """The labels before the suffix of a partition and the suffix, or all labels and nothing."""
    suffix = next((suffix for suffix in SUFFIXES if host.endswith("." + suffix)), "")
    return host.removesuffix("." + suffix).split("."), suffix


def spelled(label):
    """The labels that a label stands for in a table: without its mark of FIPS, zone or older form of S3."""
    if label in ("fips", "dualstack"):
        return []
    if older := re.fullmatch(r"s3-(?:fips-)?([a-z-]+-\d)", label):
        return ["s3", older[1]] if is_region(older[1]) else [label]
    return [re.sub(r"^s3express-(fips-)?[a-z0-9]+-az\d+$", "s3express", label).removesuffix("-fips")]


def is_customers(label):
    return SAMPLE in label or label in (ACCOUNT, TAIL, OUTPOST_ID, "op-" + "0" * 17)


def shape_of(labels):
    """The labels with a customer's own as `*` and the region as `{region}`, and the region."""
    labels = [part for label in labels for part in spelled(label)]
    region = next((label for label in reversed(labels) if is_region(label)), None)
    if region:
        at = len(labels) - 1 - labels[::-1].index(region)
        labels[at] = REGION
    rest = list(itertools.dropwhile(is_customers, labels))
    if rest != labels and rest[0] == "ec2":
        # Outposts of hardware type `e`.
        rest = rest[1:]
    return ".".join(["*"] * (len(rest) < len(labels)) + rest), region


class Table:
    """What host names have in common: `names` before any partition's suffix, and whole `hosts`."""

    def __init__(self, hosts):
        shapes = defaultdict(lambda: defaultdict(set))
        for host, scopes in hosts.items():
            labels, suffix = split(host)
            shape, region = shape_of(labels)
            known = {(region, where, what) for where, what in scopes if what != UNKNOWN}
            if any(where != ANY for _, where, _ in known):
                shapes[shape][suffix] |= known
        self.names, self.hosts = {}, {}
        for shape, suffixes in shapes.items():
            self.place(shape, suffixes)

    def place(self, shape, suffixes):
        found = {suffix: (common_region(scopes), {what for *_, what in scopes}) for suffix, scopes in suffixes.items()}
        regional = [what for suffix, (where, what) in found.items() if suffix and where == REGION]
        if regional:
            self.names[shape] = sorted(set().union(*regional))
        for suffix, (where, what) in found.items():
            if not suffix or where != REGION:
                self.hosts[shape + "." * bool(suffix) + suffix] = (where, sorted(what))


def common_region(scopes):
    """What the hosts of one shape are signed for: the region in their names, a region, or nothing that they have in common."""
    regions = {where for _, where, _ in scopes}
    if all(where == region for region, where, _ in scopes):
        return REGION
    return regions.pop() if len(regions) == 1 else ANY


def packed(items, indent="    ", width=120):
    lines = [indent]
    for item in items:
        piece = f'"{item}", '
        if len(lines[-1] + piece.rstrip()) > width:
            lines.append(indent)
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def listing(names):
    return "&[" + ", ".join(f'"{name}"' for name in names) + "]"


def source(table):
    alike = sorted(k.removesuffix("." + REGION) for k, v in table.names.items() if v == [k.removesuffix("." + REGION)])
    named = sorted((k, v[0]) for k, v in table.names.items() if len(v) == 1 and f"{v[0]}.{REGION}" != k)
    shared = sorted((k, v) for k, v in table.names.items() if len(v) > 1)
    hosts = sorted((k, *v) for k, v in table.hosts.items())
    return f"""// @generated by scripts/hosts.py from botocore {VERSION}. Change the script, not this file.
//! AWS's host names and the signing names of their services.
//!
//! `{REGION}` is the region, `*` one or more labels that a customer chose, and a mark of FIPS or dual-stack is left out.
//!
//! Source: the endpoint rule sets, the service models and `endpoints.json` of botocore {VERSION}.

/// Names of the form `NAME.{REGION}`, before the suffix of any partition, whose service is called `NAME`.
#[rustfmt::skip]
pub(crate) static ALIKE: [&str; {len(alike)}] = [
{packed(alike)}
];

/// Other names before the suffix of any partition, and their services.
#[rustfmt::skip]
pub(crate) static NAMES: [(&str, &str); {len(named)}] = [
{chr(10).join(f'    ("{k}", "{v}"),' for k, v in named)}
];

/// Names that several services share.
#[rustfmt::skip]
pub(crate) static SHARED: [(&str, &[&str]); {len(shared)}] = [
{chr(10).join(f'    ("{k}", {listing(v)}),' for k, v in shared)}
];

/// Whole hosts, their regions and services. `*` is a region that the host does not decide.
#[rustfmt::skip]
pub(crate) static HOSTS: [(&str, &str, &[&str]); {len(hosts)}] = [
{chr(10).join(f'    ("{k}", "{r}", {listing(v)}),' for k, r, v in hosts)}
];
"""


def write_hosts(path, hosts):
    lines = [
        "\t".join([host, ",".join(sorted({where for where, _ in scopes})), ",".join(sorted({what for _, what in scopes}))])
        for host, scopes in hosts.items()
    ]
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))
    print(f"{path.relative_to(ROOT)}: {len(lines)} hosts, {path.stat().st_size} bytes")


def write_partitions(path):
    lines = [
        "\t".join([p["id"], p["outputs"]["dnsSuffix"], p["outputs"]["dualStackDnsSuffix"], ",".join(filter(is_region, p["regions"]))])
        for p in PARTITIONS["partitions"]
    ]
    path.write_text("\n".join(lines) + "\n")


def main():
    if botocore.__version__ != VERSION:
        sys.exit(f"botocore is {botocore.__version__}, not {VERSION}")
    hosts = combined()
    table = Table(hosts)
    (ROOT / "src/endpoint/names.rs").write_text(source(table))
    (ROOT / "tests/it/hosts").mkdir(exist_ok=True)
    write_hosts(ROOT / "tests/it/hosts/hosts.tsv.gz", hosts)
    write_partitions(ROOT / "tests/it/hosts/partitions.tsv")
    print(f"src/endpoint/names.rs: {len(table.names)} names, {len(table.hosts)} hosts")


if __name__ == "__main__":
    main()
