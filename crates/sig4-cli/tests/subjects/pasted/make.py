"""Makes what people paste, with the programs that print it: make.py SIG4 FOLDER NAME...

The requests are signed by the command SIG4 for a server of this program, which answers 403 to all of them. A NAME is the name of a
file in FOLDER. Its program is the one of that name in PATH, or a package of this Python.
"""

import contextlib
import http.client
import http.server
import io
import os
import subprocess
import sys
import threading

BODY = b'{"name":"caf\xc3\xa9","n":1}'
TARGET = "/orders/a%20b?limit=2&after=x%2Fy"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


class Forbidding(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = b'{"message":"Forbidden"}'
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def signed(sig4, method, url, body):
    """The headers of a signed request."""
    command = [sig4, "sign", method, url, "--region", "us-east-1", "--service", "execute-api"]
    command += ["-H", "Content-Type: application/json"]
    if body:
        command += ["--data-raw", body.decode()]
    printed = subprocess.run(command, env={**os.environ, **KEYS}, check=True, capture_output=True, text=True).stdout
    headers = dict(line.split(": ", 1) for line in printed.splitlines() if ": " in line)
    return {name: value for name, value in headers.items() if name.lower() != "host"} | {"Content-Type": "application/json"}


def run(*command):
    done = subprocess.run(command, check=False, capture_output=True)
    return done.stdout, done.stderr


def curl(*options):
    def made(url, headers):
        fields = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
        return run("curl", "-s", *options, *fields, "--data-binary", BODY.decode(), url)

    return made


def wget(url, headers):
    fields = [f"--header={name}: {value}" for name, value in headers.items()]
    return run("wget", "-d", "--no-hsts", "-O", "-", "--post-data", BODY.decode(), *fields, url)[1]


def http_client(url, headers):
    printed = io.StringIO()
    host, target = url.removeprefix("http://").split("/", 1)
    with contextlib.redirect_stdout(printed):
        connection = http.client.HTTPConnection(host)
        connection.set_debuglevel(1)
        connection.request("POST", "/" + target, BODY, headers)
        connection.getresponse().read()
    return printed.getvalue().encode()


def requests_(show):
    def made(url, headers):
        import requests

        return show(requests.post(url, data=BODY, headers=headers))

    return made


def toolbelt(response):
    from requests_toolbelt.utils import dump

    return bytes(dump.dump_all(response))


def headers_of(response):
    sent = response.request
    return f"{sent.method} {sent.url} {sent.headers}\n".encode()


def httpie(*options):
    def made(url, headers):
        fields = [f"{name}:{value}" for name, value in headers.items()]
        command = [sys.executable, "-m", "httpie", "--ignore-stdin", *options, "--raw", BODY.decode(), "POST", url, *fields]
        return run(*command)[0]

    return made


MAKERS = {
    "curl-v.txt": lambda *request: curl("-v")(*request)[1],
    "curl-trace-ascii.txt": lambda *request: curl("--trace-ascii", "-")(*request)[0],
    "curl-trace.txt": lambda *request: curl("--trace", "-")(*request)[0],
    "wget-d.txt": wget,
    "http-client.txt": http_client,
    "requests-headers.txt": requests_(headers_of),
    "requests-toolbelt.txt": requests_(toolbelt),
    "requests-toolbelt-bytes.txt": requests_(lambda response: repr(bytearray(toolbelt(response))).encode()),
    "httpie-v.txt": httpie("-v"),
    "httpie-head.txt": httpie("--print=Hh"),
}


def main():
    sig4, folder, *names = sys.argv[1:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forbidding)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}{TARGET}"
    for name in names:
        text = MAKERS[name](url, signed(sig4, "POST", url, BODY))
        with open(os.path.join(folder, name), "wb") as file:
            file.write(text)
    with open(os.path.join(folder, "body.json"), "wb") as file:
        file.write(BODY)


main()
