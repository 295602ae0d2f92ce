//! The option that would settle what a report leaves open.

/// The next step of a person whose report proves nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NextStep {
    /// Give the request and its secret.
    Request,
    /// Give the body.
    Body,
    /// Give the host that clients call.
    Authority,
    /// Give the host for which the presigned URL was made.
    Host,
    /// Give the canonical request from the log of this client.
    CanonicalRequest(Client),
    /// Compare the secrets.
    Secret,
}

/// A client, by its `User-Agent`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Client {
    AwsCli,
    Boto,
    GoV1,
    GoV2,
    Rust,
    Java,
    Curl,
    Unknown,
}

impl Client {
    /// Parts of `User-Agent`, in lower case. The first that is found counts.
    const AGENTS: &[(&str, Self)] = &[
        ("aws-cli/", Self::AwsCli),
        ("boto3/", Self::Boto),
        ("botocore/", Self::Boto),
        ("aws-sdk-go-v2/", Self::GoV2),
        ("aws-sdk-go/", Self::GoV1),
        ("aws-sdk-rust/", Self::Rust),
        ("aws-sdk-java/", Self::Java),
        ("curl/", Self::Curl),
    ];

    /// The client with this `User-Agent`.
    pub(crate) fn of(user_agent: &[u8]) -> Self {
        let agent = String::from_utf8_lossy(user_agent.get(..512).unwrap_or(user_agent)).to_ascii_lowercase();
        Self::AGENTS.iter().find(|(part, _)| agent.contains(part)).map_or(Self::Unknown, |(_, client)| *client)
    }

    /// How to get its canonical request, and how to give it.
    const fn log(self) -> &'static str {
        match self {
            Self::AwsCli => {
                "run the AWS CLI again with `--debug 2> client.log`; then add `--canonical-request client.log`"
            }
            Self::Boto => {
                "call `boto3.set_stream_logger('botocore.auth')` before the request, and save what it prints in \
                 client.log; then add `--canonical-request client.log`"
            }
            Self::GoV1 => {
                "set `LogLevel: aws.LogLevel(aws.LogDebugWithSigning)`, and save what the SDK prints in client.log; then \
                 add `--canonical-request client.log`"
            }
            Self::GoV2 => {
                "set `config.WithClientLogMode(aws.LogSigning)`, and save what the SDK prints in client.log; then add \
                 `--canonical-request client.log`"
            }
            Self::Rust => {
                "run the client with `RUST_LOG=aws_sigv4=trace`, and save what it prints in client.log; then add \
                 `--canonical-request client.log`"
            }
            Self::Java => {
                "set the logger `software.amazon.awssdk.auth.signer` to DEBUG, and save what it prints in client.log; \
                 then add `--canonical-request client.log`"
            }
            Self::Curl => {
                "run curl 8.14 or later with `-v 2> client.log`, since older versions do not print what they sign; then \
                 add `--canonical-request client.log`"
            }
            Self::Unknown => {
                "turn on the client's debug log (it shows the method, the path and the query on three lines), and save \
                 it in client.log; then add `--canonical-request client.log`"
            }
        }
    }
}

impl NextStep {
    /// The step that shows what the client signed. A presigned URL was perhaps made for another host, and who calls it has no
    /// log of the client that made it.
    pub(crate) fn to_what_was_signed(is_presigned: bool, hosts_given: bool, user_agent: &[u8]) -> Self {
        match is_presigned && !hosts_given {
            true => Self::Host,
            false => Self::CanonicalRequest(Client::of(user_agent)),
        }
    }

    /// What to do, in one line without a full stop.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Request => {
                "explain the request itself with its secret: save the request, for example the output of `curl -v`, and \
                 run `sig4 explain -f FILE` with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY set"
            }
            Self::Body => {
                "save the body as it was sent, and give it with `--body FILE`: without it, nothing that depends on the \
                 body can be proven"
            }
            Self::Authority => {
                "the request came through a proxy: give the host that the client called with `--authority HOST`"
            }
            Self::Host => {
                "a presigned URL holds only for the host for which it was made: if a different host was called, give the \
                 original one with `--host HOST`"
            }
            Self::CanonicalRequest(client) => client.log(),
            Self::Secret => {
                "run `printf %s \"$AWS_SECRET_ACCESS_KEY\" | sha256sum` where the client runs and where the service gets \
                 the secret: both have to print the same"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, NextStep};

    #[test]
    fn the_log_is_that_of_the_client() {
        for (agent, words) in [
            ("aws-cli/2.15.0 md/awscrt#0.19 lang/python", "--debug"),
            ("Boto3/1.34 md/Botocore#1.34", "set_stream_logger"),
            ("aws-sdk-go-v2/1.17.1 os/linux", "LogSigning"),
            ("aws-sdk-go/1.44.0 (go1.19)", "LogDebugWithSigning"),
            ("aws-sdk-rust/1.3.3", "RUST_LOG"),
            ("aws-sdk-java/2.20.1", "software.amazon.awssdk"),
            ("curl/7.88.1", "curl 8.14"),
            ("node-fetch", "client's debug log"),
            ("", "client's debug log"),
        ] {
            let text = NextStep::CanonicalRequest(Client::of(agent.as_bytes())).text();
            assert!(text.contains(words) && text.ends_with("`--canonical-request client.log`"), "{agent}: {text}");
        }
    }

    #[test]
    fn a_presigned_url_asks_for_the_host_before_the_log() {
        let step = |is_presigned, hosts_given| NextStep::to_what_was_signed(is_presigned, hosts_given, b"curl/8.14");
        assert!(step(true, false).text().contains("`--host HOST`"));
        for (is_presigned, hosts_given) in [(true, true), (false, true), (false, false)] {
            assert_eq!(step(is_presigned, hosts_given), NextStep::CanonicalRequest(Client::Curl));
        }
    }
}
