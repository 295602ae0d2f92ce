"""Makes values.json: tokens and signatures of other implementations, at 2015-08-30T12:36:00Z.

Versions: botocore and boto3 1.44.8, awscli 1.46.3, aws-msk-iam-sasl-signer-python 1.0.2, aws-bedrock-token-generator 1.1.0,
hvac 2.4.0, awscrt 0.36.1, freezegun 1.5.5. Their licences allow running them; none of their code is here.

    python3 -m venv v && v/bin/pip install boto3 awscli aws-msk-iam-sasl-signer-python aws-bedrock-token-generator hvac awscrt freezegun
    v/bin/python tests/it/token/values.py
"""
import base64, json, datetime, os, sys
from freezegun import freeze_time
from urllib.parse import urlsplit, parse_qsl
AK, SK = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TK = "AbC+/dEf1="*6
os.environ.update(AWS_ACCESS_KEY_ID=AK, AWS_SECRET_ACCESS_KEY=SK, AWS_EC2_METADATA_DISABLED="true")
import boto3, botocore, botocore.session
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
out = {}
def client(name, region, token=None):
    return boto3.client(name, region_name=region, aws_access_key_id=AK, aws_secret_access_key=SK, aws_session_token=token)
with freeze_time("2015-08-30T12:36:00Z"):
    for label, token in (("", None), (" token", TK)):
        rds = client("rds", "eu-west-1", token)
        out["rds"+label] = rds.generate_db_auth_token("db.cluster-abc.eu-west-1.rds.amazonaws.com", 3306, "jane_doe", "eu-west-1")
        out["rds special"+label] = rds.generate_db_auth_token("db.cluster-abc.eu-west-1.rds.amazonaws.com", 5432, "jäne+d o/e&x=~", "eu-west-1")
        out["rds 443"+label] = rds.generate_db_auth_token("db.cluster-abc.eu-west-1.rds.amazonaws.com", 443, "jane", "eu-west-1")
        d = client("dsql", "us-east-1", token)
        out["dsql"+label] = d.generate_db_connect_auth_token("abc.dsql.us-east-1.on.aws", "us-east-1")
        out["dsql admin 3600"+label] = d.generate_db_connect_admin_auth_token("abc.dsql.us-east-1.on.aws", "us-east-1", 3600)
        creds = Credentials(AK, SK, token)
        for service in ("elasticache", "memorydb"):
            for extra in ({}, {"ResourceType": "ServerlessCache"}):
                r = AWSRequest("GET", "http://my-cache/", params={"Action": "connect", "User": "user-01", **extra})
                SigV4QueryAuth(creds, service, "us-east-1", expires=900).add_auth(r)
                out[service+("+serverless" if extra else "")+label] = r.url[len("http://"):]
        import aws_msk_iam_sasl_signer.MSKAuthTokenProvider as msk
        t, end = getattr(msk, "__construct_auth_token")("eu-west-1", creds)
        out["msk"+label] = base64.urlsafe_b64decode(t + "="*(-len(t)%4)).decode(); out["msk raw"+label]=t; out["msk end"+label]=end
        from awscli.customizations.eks.get_token import STSClientFactory, TokenGenerator
        s = botocore.session.Session(); s.set_credentials(AK, SK, token)
        sts = STSClientFactory(s).get_sts_client(region_name="us-west-2")
        out["eks"+label] = TokenGenerator(sts).get_token("my-cluster")
        sts = STSClientFactory(s).get_sts_client(region_name="cn-north-1")
        out["eks cn"+label] = TokenGenerator(sts).get_token("my-cluster")
        r = AWSRequest("GET", "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
            headers={"x-k8s-aws-id": "my-cluster", "accept": "application/json"})
        SigV4QueryAuth(creds, "sts", "us-west-2", expires=60).add_auth(r)
        out["eks accept"+label] = "k8s-aws-v1." + base64.urlsafe_b64encode(r.url.encode()).decode().rstrip("=")
        from aws_bedrock_token_generator import token_generator as b
        out["bedrock"+label] = b._generate_token(creds, "us-west-2", 43200)
        # websocket $connect
        r = AWSRequest("GET", "wss://abc.execute-api.us-east-1.amazonaws.com/prod", params={"room": "a b"})
        SigV4QueryAuth(creds, "execute-api", "us-east-1", expires=300).add_auth(r)
        out["wss"+label] = r.url
        # @connections
        got = {}
        c = boto3.client("apigatewaymanagementapi", region_name="us-east-1", endpoint_url="https://abc.execute-api.us-east-1.amazonaws.com/prod", aws_access_key_id=AK, aws_secret_access_key=SK, aws_session_token=token)
        def grab(request, **kw):
            got["r"] = request
            from botocore.awsrequest import AWSResponse
            return AWSResponse(request.url, 200, {}, type("R", (), {"stream": lambda s, *a: [b"{}"], "read": lambda s,*a: b""})())
        c.meta.events.register("before-send", grab)
        c.post_to_connection(ConnectionId="L0SM9cOFvHcCIhw=", Data=b"hello")
        out["connections sent"+label] = [got["r"].method, got["r"].url, got["r"].body.decode() if got["r"].body else None]
        for method, body in (("POST", b"hello"), ("GET", b""), ("DELETE", b"")):
            r = AWSRequest(method, got["r"].url, data=body)
            SigV4Auth(creds, "execute-api", "us-east-1").add_auth(r)
            out["connections "+method+label] = r.headers["Authorization"]
        # redshift
        for name, call in (
            ("redshift user", lambda: client("redshift", "us-east-1", token).get_cluster_credentials),
            ("redshift iam", lambda: client("redshift", "us-east-1", token).get_cluster_credentials_with_iam),
            ("redshift workgroup", lambda: client("redshift-serverless", "us-east-1", token).get_credentials)):
            f = call(); cl = f.__self__; cl.meta.events.register("before-send", grab)
            kw = {"redshift user": dict(ClusterIdentifier="my-cluster", DbUser="jane doe", DbName="dev", DurationSeconds=900, AutoCreate=True),
                  "redshift iam": dict(ClusterIdentifier="my-cluster", DbName="dev", DurationSeconds=900),
                  "redshift workgroup": dict(workgroupName="my-group", dbName="dev", durationSeconds=900)}[name]
            try: f(**kw)
            except Exception as e: pass
            q = got["r"]
            body = q.body if isinstance(q.body, str) else q.body.decode()
            h = {k: v for k, v in q.headers.items()}
            h = {k: (v.decode() if isinstance(v, bytes) else v) for k, v in h.items()}
            out[name+" sent"+label] = [q.method, q.url, {k: v for k, v in h.items() if k.lower() in ("content-type", "x-amz-target")}, body]
            r = AWSRequest(q.method, q.url, data=body.encode(), headers={k: v for k, v in h.items() if k.lower() in ("content-type", "x-amz-target")})
            SigV4Auth(creds, "redshift-serverless" if "workgroup" in name else "redshift", "us-east-1").add_auth(r)
            out[name+label] = r.headers["Authorization"]
        # vault
        import hvac.aws_utils as hv
        for sid in (None, "vault.example.com"):
            rq = hv.generate_sigv4_auth_request(header_value=sid)
            hv.SigV4Auth(AK, SK, token, "us-east-1").add_auth(rq)
            out["vault"+("+id" if sid else "")+label] = {"method": rq.method, "url": rq.url, "headers": dict(rq.headers), "body": rq.body}
# IoT by awscrt
import awscrt.auth, awscrt.http
for label, token in (("", None), (" token", TK)):
    prov = awscrt.auth.AwsCredentialsProvider.new_static(AK, SK, token)
    for exp in (None, 900):
        cfg = awscrt.auth.AwsSigningConfig(algorithm=awscrt.auth.AwsSigningAlgorithm.V4, signature_type=awscrt.auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS,
            credentials_provider=prov, region="us-east-1", service="iotdevicegateway", omit_session_token=True,
            date=datetime.datetime(2015,8,30,12,36,tzinfo=datetime.timezone.utc), expiration_in_seconds=exp)
        rq = awscrt.http.HttpRequest("GET", "/mqtt"); rq.headers.add("Host", "abc-ats.iot.us-east-1.amazonaws.com")
        awscrt.auth.aws_sign_request(rq, cfg).result()
        out[f"iot {exp}{label}"] = rq.path
# Every endpoint of STS that the resolver of botocore makes, by partition.
from botocore.regions import EndpointRulesetResolver
loader = botocore.session.Session().get_component("data_loader")
partitions = loader.load_data("partitions")
rules = loader.load_service_model("sts", "endpoint-rule-set-1")
from botocore.endpoint_provider import EndpointProvider
provider = EndpointProvider(ruleset_data=rules, partition_data=partitions)
for partition in partitions["partitions"]:
    hosts = set()
    for region in (r for r in partition["regions"] if not r.endswith("-global")):
        for fips in (False, True):
            for dual in (False, True):
                url = provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual, UseGlobalEndpoint=False).url
                hosts.add(urlsplit(url).hostname)
        hosts.add(urlsplit(provider.resolve_endpoint(Region=region, UseFIPS=False, UseDualStack=False, UseGlobalEndpoint=True).url).hostname)
    out["sts hosts " + partition["id"]] = sorted(hosts)
# What boto3 reads from answers of Redshift.
from botocore.awsrequest import AWSResponse
def reads(service, operation, answer, **parameters):
    c = client(service, "us-east-1")
    raw = type("R", (), {"stream": lambda s, *a: iter([answer.encode()]), "read": lambda s, *a: answer.encode()})()
    c.meta.events.register("before-send", lambda request, **kw: AWSResponse(request.url, 200, {}, raw))
    got = getattr(c, operation)(**parameters)
    get = lambda *names: next(got[name] for name in names if name in got)
    return {"answer": answer, "user": get("DbUser", "dbUser"), "password": get("DbPassword", "dbPassword"),
            "end": int(get("Expiration", "expiration").timestamp())}
def xml(action, user, password, end, more=""):
    return (f'<{action}Response xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">\n  <{action}Result>\n    <DbUser>{user}</DbUser>\n'
            f'    <Expiration>{end}</Expiration>\n    <DbPassword>{password}</DbPassword>{more}\n  </{action}Result>\n'
            f'  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>\n</{action}Response>')
out["redshift user answers"] = [
    reads("redshift", "get_cluster_credentials", xml("GetClusterCredentials", *parts), DbUser="jane", ClusterIdentifier="my-cluster")
    for parts in (("IAMA:jane", "AMAFUy+/uros4QjxPTtgzsQ==", "2015-08-30T12:51:00.990Z"), ("IAM:j&amp;j&lt;", "a&quot;b&apos;c&gt;", "2015-08-30T12:51:00Z"))]
out["redshift iam answers"] = [
    reads("redshift", "get_cluster_credentials_with_iam", xml("GetClusterCredentialsWithIAM", *parts), ClusterIdentifier="my-cluster")
    for parts in (("IAMR:role", "AMAFUy==", "2015-08-30T12:51:00.990Z", "<NextRefreshTime>2015-08-30T12:50:00Z</NextRefreshTime>"), ("IAM:jane", "hush+2", "2026-11-29T22:06:38.123Z"))]
out["redshift workgroup answers"] = [
    reads("redshift-serverless", "get_credentials", answer, workgroupName="my-group") for answer in (
        '{"dbPassword":"AMAFUy+/==","dbUser":"IAMR:role","expiration":1.44093906099E9,"nextRefreshTime":1.440939E9}',
        '{"expiration": 1440939060, "dbUser": "IAM:j\\u00e4ne", "dbPassword": "a\\"b\\\\c\\/d"}')]
json.dump(out, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "values.json"), "w"), indent=1, ensure_ascii=False)
