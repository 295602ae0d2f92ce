"""Compares `sig4 token` with other makers of tokens, on the same parts and at the same time: compare.py SIG4

Prints each difference, and then how many tokens were compared and how many differ.
"""
import base64, datetime, http.server, json, os, re, subprocess, sys, threading
from urllib.parse import parse_qsl

sig4_program = sys.argv[1]
KEY, SECRET, SESSION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AbC+/dEf1=" * 6
AT = datetime.datetime(2015, 8, 30, 12, 36, tzinfo=datetime.timezone.utc)
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_EC2_METADATA_DISABLED="true",
                  AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)

import awscrt.auth, awscrt.http, boto3, botocore.session, hvac.aws_utils
import aws_msk_iam_sasl_signer.MSKAuthTokenProvider as msk
from aws_bedrock_token_generator import token_generator as bedrock
from awscli.customizations.eks.get_token import STSClientFactory, TokenGenerator
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from freezegun import freeze_time

# A region of each partition, with the domain of its endpoints.
REGIONS = {"eu-west-1": "amazonaws.com", "mx-central-1": "amazonaws.com", "cn-north-1": "amazonaws.com.cn",
           "us-gov-west-1": "amazonaws.com", "eusc-de-east-1": "amazonaws.eu", "us-iso-east-1": "c2s.ic.gov",
           "us-isob-east-1": "sc2s.sgov.gov", "eu-isoe-west-1": "cloud.adc-e.uk", "us-isof-south-1": "csp.hci.ic.gov"}
USERS = ["jane", "a@b.example", "a+b", "a%20b", "j ä", "a'b!*()~", "x&DBUser=y", "a/b#?:=", "😀", "-x"]
compared = differ = 0


def sig4(session, *arguments, at=True):
    more = {"AWS_SESSION_TOKEN": session} if session else {}
    frozen = ["--at", "20150830T123600Z"] if at else []
    ran = subprocess.run([sig4_program, "token", *arguments, *frozen], env={**os.environ, **more}, capture_output=True, text=True)
    return ran.stdout.removesuffix("\n") if ran.returncode == 0 else ran.stderr


def compare(what, ours, theirs):
    global compared, differ
    compared += 1
    if ours != theirs:
        differ += 1
        print(f"{what} differs:\n  ours:   {ours}\n  theirs: {theirs}")


def parts(url):
    """A URL without the order of its parameters."""
    before, _, query = url.partition("?")
    return before, sorted(query.split("&"))


def decoded(text):
    text = text.replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4)).decode()


def presigned(credentials, service, region, url, expires, **parameters):
    request = AWSRequest("GET", url, params=parameters)
    SigV4QueryAuth(credentials, service, region, expires=expires).add_auth(request)
    return request.url


def compare_region(session, region, domain):
    credentials = Credentials(KEY, SECRET, session)
    client = lambda name: boto3.client(name, region_name=region, aws_access_key_id=KEY, aws_secret_access_key=SECRET, aws_session_token=session)
    rds, host = client("rds"), f"db.cluster-abc.{region}.rds.{domain}"
    for user in USERS:
        ours = sig4(session, "rds", "--hostname", host, "--port", "3306", f"--username={user}")
        compare(f"rds {region} {user}", parts(ours), parts(rds.generate_db_auth_token(host, 3306, user)))
    for place, port in (("[2001:db8::1]", 5432), (host, 1), (host, 65535)):
        ours = sig4(session, "rds", "--hostname", place, "--port", str(port), "--username", "jane", "--region", region)
        compare(f"rds {region} {place} {port}", parts(ours), parts(rds.generate_db_auth_token(place, port, "jane")))
    dsql, host = client("dsql"), f"abc.dsql.{region}.on.aws"
    for seconds in (1, 900, 604800):
        for admin, make in ((["--admin"], dsql.generate_db_connect_admin_auth_token), ([], dsql.generate_db_connect_auth_token)):
            ours = sig4(session, "dsql", "--hostname", host, "--expires", str(seconds), *admin)
            compare(f"dsql {region} {seconds} {admin}", parts(ours), parts(make(host, region, seconds)))
    for user in USERS[:5]:
        for name, place, more in (("elasticache", "--cache", {}), ("elasticache", "--cache", {"ResourceType": "ServerlessCache"}), ("memorydb", "--cluster-name", {})):
            ours = sig4(session, name, place, "My-Cache", f"--username={user}", "--region", region, *(["--serverless"] if more else []))
            theirs = presigned(credentials, name, region, "http://my-cache/", 900, Action="connect", User=user, **more)
            compare(f"{name} {region} {user}", parts(ours), parts(theirs.removeprefix("http://")))
    theirs, end = getattr(msk, "__construct_auth_token")(region, credentials)
    ours = json.loads(sig4(session, "msk", "--region", region, "--format", "json"))
    signed = lambda token: parts(decoded(token).split("&User-Agent=")[0])
    moment = datetime.datetime.fromisoformat(ours["expiration"].replace("Z", "+00:00")).timestamp() * 1000
    compare(f"msk {region}", (signed(ours["token"]), moment), (signed(theirs), end))
    aws = botocore.session.Session()
    aws.set_credentials(KEY, SECRET, session)
    for cluster in ("my-cluster", "My_Cluster.1"):
        theirs = TokenGenerator(STSClientFactory(aws).get_sts_client(region_name=region)).get_token(cluster)
        ours = sig4(session, "eks", "--cluster-name", cluster, "--region", region)
        url = lambda token: parts(decoded(token.removeprefix("k8s-aws-v1.")))
        compare(f"eks {region} {cluster}", url(ours), url(theirs))
    for seconds in (1, 43200):
        ours = sig4(session, "bedrock", "--region", region, "--expires", str(seconds))
        signed = lambda token: (token[:16], *map(parts, decoded(token[16:]).rpartition("&Version=1")))
        compare(f"bedrock {region} {seconds}", signed(ours), signed(bedrock._generate_token(credentials, region, seconds)))
    for target in ("/prod", "/", "/a%20b/c", "/$default", "/prod?a=b%20c&x=%2F", "/prod?q=a%2Bb"):
        url = f"wss://abc.execute-api.{region}.{domain}{target}"
        compare(f"websocket {url}", parts(sig4(session, "websocket", url)), parts(presigned(credentials, "execute-api", region, url, 300)))
    host = f"abc-ats.iot.{region}.{domain}"
    for seconds in (1, 900, 86400):
        config = awscrt.auth.AwsSigningConfig(
            algorithm=awscrt.auth.AwsSigningAlgorithm.V4, signature_type=awscrt.auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS,
            credentials_provider=awscrt.auth.AwsCredentialsProvider.new_static(KEY, SECRET, session), region=region,
            service="iotdevicegateway", omit_session_token=True, date=AT, expiration_in_seconds=seconds)
        request = awscrt.http.HttpRequest("GET", "/mqtt")
        request.headers.add("Host", host)
        awscrt.auth.aws_sign_request(request, config).result()
        ours = sig4(session, "iot", "--endpoint", host, "--expires", str(seconds))
        compare(f"iot {region} {seconds}", parts(ours), parts(f"wss://{host}{request.path}"))


def compare_vault(session):
    for server in (None, "vault.example.com"):
        request = hvac.aws_utils.generate_sigv4_auth_request(header_value=server)
        hvac.aws_utils.SigV4Auth(KEY, SECRET, session, "us-east-1").add_auth(request)
        login = json.loads(sig4(session, "vault", "--global", "--role", "dev", *(["--server-id", server] if server else [])))
        headers = json.loads(decoded(login["iam_request_headers"]))
        ours = {name.lower(): value[0] for name, value in headers.items()}
        theirs = {name.lower(): value for name, value in request.headers.items()}
        compare(f"vault {server}", (login["iam_http_request_method"], decoded(login["iam_request_url"]), ours, decoded(login["iam_request_body"])),
                (request.method, request.url, theirs, request.body))


class Redshift(http.server.BaseHTTPRequestHandler):
    """Answers as Redshift does, and keeps what it was asked."""
    asked = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        target = self.headers["x-amz-target"]
        action = target or dict(parse_qsl(body))["Action"]
        names = sorted(re.search("SignedHeaders=([^,]+)", self.headers["authorization"])[1].split(";"))
        self.asked.append((action, self.headers["content-type"].split(";")[0], json.loads(body) if target else sorted(parse_qsl(body)),
                           {"host", "x-amz-date"} <= set(names), self.headers["x-amz-security-token"]))
        answer = ('{"dbPassword": "a\\"b==", "dbUser": "IAMR:role", "expiration": 1.4409390609E9}' if target else
                  f'<{action}Response xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><{action}Result><DbUser>IAM:jane&amp;j</DbUser>'
                  f'<DbPassword>a&quot;b==</DbPassword><Expiration>2015-08-30T12:51:00.99Z</Expiration></{action}Result></{action}Response>')
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_):
        pass


def compare_redshift(session):
    """The same questions by the AWS CLI."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redshift)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = ["--endpoint-url", f"http://127.0.0.1:{server.server_port}", "--region", "us-east-1"]
    for theirs, ours in (
        (["redshift", "get-cluster-credentials", "--cluster-identifier", "my-cluster", "--db-user", "ja ne+x", "--db-name", "dev", "--auto-create",
          "--duration-seconds", "3600"], ["--cluster", "my-cluster", "--username", "ja ne+x", "--database", "dev", "--auto-create", "--expires", "3600"]),
        (["redshift", "get-cluster-credentials-with-iam", "--cluster-identifier", "my-cluster", "--duration-seconds", "900"], ["--cluster", "my-cluster"]),
        (["redshift-serverless", "get-credentials", "--workgroup-name", "my-group", "--db-name", "dev", "--duration-seconds", "900"],
         ["--workgroup", "my-group", "--database", "dev"]),
    ):
        more = {"AWS_SESSION_TOKEN": session} if session else {}
        aws = subprocess.run([sys.executable, "-m", "awscli", *theirs, *endpoint, "--output", "json"], env={**os.environ, **more}, capture_output=True, text=True)
        answer = {name.lower(): value for name, value in json.loads(aws.stdout).items()}
        login = json.loads(sig4(session, "redshift", *ours, *endpoint, "--format", "json", at=False))
        end = str(answer["expiration"])
        end = end[:19] + "Z" if "T" in end else datetime.datetime.fromtimestamp(float(end), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        compare(" ".join(theirs), (login["user"], login["token"], login["expiration"]), (answer["dbuser"], answer["dbpassword"], end))
        asked_by_aws, asked_by_sig4 = Redshift.asked[-2:]
        compare("asked: " + " ".join(theirs), asked_by_sig4, asked_by_aws)
    server.shutdown()


for session in (None, SESSION):
    with freeze_time(AT):
        for region, domain in REGIONS.items():
            compare_region(session, region, domain)
        compare_vault(session)
    compare_redshift(session)
print(f"{compared} tokens compared, {differ} differ")
sys.exit(differ != 0)
