//! A call of the API for each client, to paste into a shell that has the variables of `--print-env`.

use sig4_gateway::definition::RouteDefinition;
use sig4_gateway::{ApiDefinition, Auth, IntegrationKind};
use std::fmt;
use std::path::Path;

/// The body of a call.
const BODY: &str = r#"{"message":"hello"}"#;

/// A call of a route: its method, and its URL.
#[derive(Debug)]
pub(crate) struct Sample {
    method: String,
    url: String,
    /// The file of the authority that clients are to trust, as a word of a shell.
    authority: Option<String>,
}

impl Sample {
    /// A call of the first route that asks for a signature, at a server with this URL. `$default` is preferred.
    pub(crate) fn new(api: &ApiDefinition, url: &str) -> Self {
        let is_served = |route: &&RouteDefinition| {
            !matches!(route.integration().kind(), IntegrationKind::NotImplemented(_))
                && !route.key().starts_with("OPTIONS ")
        };
        let mut routes: Vec<_> = api.routes().filter(is_served).collect();
        routes.sort_by_key(|route| (route.auth() != Auth::Iam, !route.key().starts_with('$')));
        let (method, path) = match routes.first().and_then(|route| route.key().split_once(' ')) {
            None => ("POST".to_owned(), "/hello".to_owned()),
            Some((method, path)) => (if method == "ANY" { "GET" } else { method }.to_owned(), filled(path)),
        };
        let mut stages: Vec<_> = api.stages().map(|stage| stage.name()).collect();
        stages.sort_by_key(|name| *name != "$default");
        let stage = stages.first().filter(|name| **name != "$default").map(|name| format!("/{name}"));
        Self { method, url: [url, &stage.unwrap_or_default(), &path].concat(), authority: None }
    }

    /// Tells the clients to trust the authority in a file of PEM. `sig4` trusts that of `sig4 serve --tls` without being told.
    pub(crate) fn trusting(mut self, authority: Option<&Path>) -> Self {
        let path = authority.map(|path| path.display().to_string());
        self.authority = path.and_then(|path| Some(shlex::try_quote(&path).ok()?.into_owned()));
        self
    }

    /// `NAME=FILE ` before a command that finds the authorities by a variable.
    fn variable(&self, name: &str) -> String {
        self.authority.as_ref().map_or_else(String::new, |file| format!("{name}={file} "))
    }

    fn body(&self) -> Option<&'static str> {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH").then_some(BODY)
    }

    /// `sig4 call`.
    pub(crate) fn sig4(&self) -> String {
        match self.body() {
            Some(body) => format!("sig4 call{} -d '{body}' {}", self.method_option(&["POST"]), self.url),
            None => format!("sig4 call{} {}", self.method_option(&["GET"]), self.url),
        }
    }

    /// curl. Its second line is indented by `indent`.
    pub(crate) fn curl(&self, indent: &str) -> String {
        let (method, url) = (self.method_option(&[if self.body().is_some() { "POST" } else { "GET" }]), &self.url);
        let trust = self.authority.as_ref().map_or_else(String::new, |file| format!("--cacert {file} "));
        let body =
            self.body().map(|body| format!("-H 'content-type: application/json' -d '{body}' ")).unwrap_or_default();
        format!(
            "curl --aws-sigv4 \"aws:amz:$AWS_REGION:execute-api\" --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \\\n\
             {indent}{trust}{body}{url}{method}"
        )
    }

    /// ` -X METHOD`, unless the client sends that method without being told.
    fn method_option(&self, default: &[&str]) -> String {
        if default.contains(&self.method.as_str()) { String::new() } else { format!(" -X {}", self.method) }
    }

    fn awscurl(&self) -> String {
        let body = self.body().map(|body| format!(" -d '{body}'")).unwrap_or_default();
        let trust = self.variable("REQUESTS_CA_BUNDLE");
        format!("{trust}awscurl --service execute-api --region \"$AWS_REGION\" -X {}{body} {}", self.method, self.url)
    }

    fn node(&self) -> String {
        let body = self.body().map(|body| format!(", body: '{body}'")).unwrap_or_default();
        format!(
            r#"{trust}node --input-type=module <<'END'
import {{ AwsClient }} from 'aws4fetch';
const {{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION }} = process.env;
const aws = new AwsClient({{
  accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN,
  region: AWS_REGION, service: 'execute-api',
}});
const response = await aws.fetch('{url}', {{ method: '{method}'{body} }});
console.log(response.status, await response.text());
END"#,
            trust = self.variable("NODE_EXTRA_CA_CERTS"),
            url = self.url,
            method = self.method,
        )
    }

    fn python(&self) -> String {
        let body = self.body().map_or_else(|| "None".to_owned(), |body| format!("b'{body}'"));
        format!(
            r#"{trust}python3 - <<'END'
import urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import get_session
session, body = get_session(), {body}
request = AWSRequest('{method}', '{url}', {{'content-type': 'application/json'}}, body)
SigV4Auth(session.get_credentials(), 'execute-api', session.get_config_variable('region')).add_auth(request)
with urllib.request.urlopen(urllib.request.Request(request.url, body, dict(request.headers), method='{method}')) as response:
    print(response.status, response.read().decode())
END"#,
            trust = self.variable("SSL_CERT_FILE"),
            url = self.url,
            method = self.method,
        )
    }

    /// Spaces, because a terminal gets no tabs.
    fn go(&self) -> String {
        let body = self.body().unwrap_or_default();
        format!(
            r#"cat >call.go <<'END'
package main

import (
    "context"
    "crypto/sha256"
    "fmt"
    "io"
    "net/http"
    "os"
    "strings"
    "time"

    "github.com/aws/aws-sdk-go-v2/aws"
    v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

func main() {{
    body := `{body}`
    request, _ := http.NewRequest("{method}", "{url}", strings.NewReader(body))
    request.Header.Set("content-type", "application/json")
    key := aws.Credentials{{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN")}}
    hash := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
    if err := v4.NewSigner().SignHTTP(context.TODO(), key, request, hash, "execute-api", os.Getenv("AWS_REGION"), time.Now()); err != nil {{
        panic(err)
    }}
    response, err := http.DefaultClient.Do(request)
    if err != nil {{
        panic(err)
    }}
    text, _ := io.ReadAll(response.Body)
    fmt.Println(response.StatusCode, string(text))
}}
END
{trust}go run call.go"#,
            trust = self.variable("SSL_CERT_FILE"),
            url = self.url,
            method = self.method,
        )
    }
}

/// The path of a route with a value for each variable.
fn filled(path: &str) -> String {
    let fill = |segment: &str| if segment.starts_with('{') { "1".to_owned() } else { segment.to_owned() };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// Every client, each under a comment that says what it needs.
impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# The credentials, once in each shell: eval \"$(sig4 serve --print-env)\", with the options of the server"
        )?;
        for (needs, call) in [
            ("sig4", self.sig4()),
            ("curl 7.75 or newer", self.curl("  ")),
            ("awscurl: pip install awscurl", self.awscurl()),
            ("Node: npm install aws4fetch", self.node()),
            ("Python: pip install botocore", self.python()),
            ("Go: go mod init call && go get github.com/aws/aws-sdk-go-v2", self.go()),
        ] {
            writeln!(f, "\n# {needs}\n{call}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;
    use sig4_gateway::{ApiDefinition, Auth, Integration};

    #[test]
    fn a_route_with_a_signature_is_called_and_its_variables_have_values() {
        let api = |keys: &[(&str, Auth)], stage: &str| {
            let api = ApiDefinition::new("us-east-1").with_stage(stage);
            let add = |api: ApiDefinition, (key, auth): &(&str, Auth)| api.route_with(key, *auth, Integration::echo());
            Sample::new(&keys.iter().fold(api, add), "http://h")
        };
        for (sample, call) in [
            (api(&[("$default", Auth::Iam)], "$default"), "sig4 call -d '{\"message\":\"hello\"}' http://h/hello"),
            (api(&[("GET /a", Auth::None), ("GET /b/{id}/{x+}", Auth::Iam)], "v1"), "sig4 call http://h/v1/b/1/1"),
            (api(&[("ANY /a", Auth::Iam)], "$default"), "sig4 call http://h/a"),
            (api(&[("DELETE /a", Auth::Iam)], "$default"), "sig4 call -X DELETE http://h/a"),
            (api(&[("PUT /a", Auth::Iam)], "$default"), "sig4 call -X PUT -d '{\"message\":\"hello\"}' http://h/a"),
        ] {
            assert_eq!(sample.sig4(), call);
        }
    }
}
