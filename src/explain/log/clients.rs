//! The clients whose logs are known: the marks that tell them, and how each is made to log what it signs.
//!
//! Sources: the logs that the clients wrote in tests, their sources, and curl/curl#16952.

/// A client that signs requests.
#[derive(Debug)]
pub(crate) struct LoggingClient {
    pub(crate) name: &'static str,
    /// Texts that only this client's logs have.
    marks: &'static [&'static str],
    /// How the client is made to write its canonical request, as a clause.
    pub(crate) how: &'static str,
}

const LOG_OF_BOTOCORE: &str =
    "call `boto3.set_stream_logger('')` before the client is made, or pass `--debug` to the AWS CLI";

/// The known clients. The first one with a mark in the log counts.
const CLIENTS: &[LoggingClient] = &[
    LoggingClient { name: "botocore", marks: &["botocore.auth"], how: LOG_OF_BOTOCORE },
    LoggingClient {
        name: "botocore with awscrt",
        marks: &["md/awscrt", "[AuthSigning]"],
        how: "call `awscrt.io.init_logging(awscrt.io.LogLevel.Trace, 'stderr')`: with awscrt installed, it signs, and \
              botocore's own log has no canonical request",
    },
    LoggingClient { name: "botocore", marks: &["botocore.", "Botocore/", "Boto3/", "aws-cli/"], how: LOG_OF_BOTOCORE },
    LoggingClient {
        name: "aws-sdk-go-v2",
        marks: &["aws-sdk-go-v2/", "Request Signature:"],
        how: "pass `config.WithClientLogMode(aws.LogSigning)` and a logger to `config.LoadDefaultConfig`",
    },
    LoggingClient {
        name: "aws-sdk-go",
        marks: &["aws-sdk-go/"],
        how: "set `LogLevel: aws.LogLevel(aws.LogDebugWithSigning)` in `aws.Config`",
    },
    LoggingClient {
        name: "aws-sdk-rust",
        marks: &["aws_sigv4::", "aws_smithy_", "aws_runtime::", "aws-sdk-rust/"],
        how: "run with `RUST_LOG=aws_sigv4=trace` and a `tracing` subscriber that reads it",
    },
    LoggingClient {
        name: "the AWS SDK for Java 2",
        marks: &["software.amazon.awssdk", "aws-sdk-java/2"],
        how: "set the loggers `software.amazon.awssdk.auth.signer` and `software.amazon.awssdk.http.auth.aws` to TRACE",
    },
    LoggingClient {
        name: "the AWS SDK for Java 1",
        marks: &["com.amazonaws.", "aws-sdk-java/1"],
        how: "set the logger `com.amazonaws.auth` to DEBUG",
    },
    LoggingClient {
        name: "the AWS SDK for JavaScript",
        marks: &["aws-sdk-js/", "aws-sdk-nodejs/", "@aws-sdk/", "@smithy/"],
        how: "it logs none: print the result of `createCanonicalRequest` in a subclass of `SignatureV4`, and pass it as `signer`",
    },
    LoggingClient {
        name: "the AWS SDK for C++",
        marks: &["AWSAuthV4Signer", "aws-sdk-cpp/"],
        how: "set `options.loggingOptions.logLevel` to `Aws::Utils::Logging::LogLevel::Debug`",
    },
    LoggingClient {
        name: "the AWS SDK for .NET",
        marks: &["aws-sdk-dotnet", "Amazon.Runtime", "AWSSDK."],
        how: "set `AWSConfigs.LoggingConfig.LogMetrics` to true and `LogTo` to a log: the metrics have CanonicalRequest",
    },
    LoggingClient {
        name: "the AWS SDK for PHP",
        marks: &["aws-sdk-php/"],
        how: "it logs none: print `$context['creq']` in a subclass of `Aws\\Signature\\SignatureV4`",
    },
    LoggingClient {
        name: "the AWS SDK for Ruby",
        marks: &["aws-sdk-ruby", "Aws::Sigv4"],
        how: "it logs none: print `canonical_request` of the signature that `Aws::Sigv4::Signer#sign_request` returns",
    },
    LoggingClient { name: "s3cmd", marks: &["DEBUG: Using signature v4", "s3cmd"], how: "pass `--debug`" },
    LoggingClient { name: "rclone", marks: &["rclone"], how: "pass `-vv --s3-sdk-log-mode Signing`" },
    LoggingClient { name: "awscurl", marks: &["awscurl", "CANONICAL REQUEST = "], how: "pass `-v`" },
    LoggingClient {
        name: "curl",
        marks: &["aws_sigv4: ", "> User-Agent: curl/", "> user-agent: curl/"],
        how: "pass `-v` to curl 8.14 or later; earlier versions write only the string to sign or nothing",
    },
];

/// The client that wrote a log.
pub(crate) fn client_of(log: &str) -> Option<&'static LoggingClient> {
    CLIENTS.iter().find(|client| client.marks.iter().any(|mark| log.contains(mark)))
}

#[cfg(test)]
mod tests {
    use super::{CLIENTS, client_of};

    #[test]
    fn every_mark_tells_a_client() {
        for client in CLIENTS {
            for mark in client.marks {
                assert_eq!(client_of(mark).map(|found| found.name), Some(client.name), "{mark}");
            }
            assert!(!client.how.ends_with('.') && !client.how.contains('\n'), "{client:?}");
        }
        assert!(client_of("GET\n/\n").is_none());
    }
}
