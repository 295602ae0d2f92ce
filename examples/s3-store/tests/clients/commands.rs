//! Clients that are programs.

use crate::job::{self, ACCESS_KEY, Endpoint, REGION, SECRET_KEY, Said, Upload};
use crate::trial::Client;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A program that reads all uploads from its last argument, and writes a line for each.
pub struct Program(pub Box<dyn Fn() -> Command>);

impl Client for Program {
    fn upload(&self, endpoint: &Endpoint, uploads: &[Upload], folder: &Path) -> Said {
        if uploads.is_empty() {
            return Said::new();
        }
        let mut command = (self.0)();
        command.arg(job::to_json(endpoint, uploads, folder).to_string());
        if let Some(authority) = &endpoint.authority {
            command.env("NODE_EXTRA_CA_CERTS", authority).env("SSL_CERT_FILE", authority);
        }
        let output = output(&mut command);
        let said = job::read(&String::from_utf8_lossy(&output.stdout));
        assert_eq!(said.len(), uploads.len(), "{}", String::from_utf8_lossy(&output.stderr));
        said
    }
}

/// A program that uploads one file.
pub struct OneByOne(pub Box<dyn Fn(&Endpoint, &Upload, &Path) -> Command>);

impl Client for OneByOne {
    fn upload(&self, endpoint: &Endpoint, uploads: &[Upload], folder: &Path) -> Said {
        let said = uploads.iter().map(|upload| {
            let output = output(&mut (self.0)(endpoint, upload, &folder.join(upload.size.name())));
            let error = (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned());
            (upload.how.to_owned(), error)
        });
        said.collect()
    }
}

/// Runs a command without the proxies, profiles and metadata services of this machine.
fn output(command: &mut Command) -> Output {
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "AWS_PROFILE", "AWS_CA_BUNDLE"]
    {
        command.env_remove(name);
    }
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_MAX_ATTEMPTS", "1");
    command.stdin(Stdio::null()).output().unwrap()
}

/// `aws s3 cp` or `aws s3api put-object`, by how it is asked.
pub fn awscli(python: &str, endpoint: &Endpoint, upload: &Upload, file: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "awscli", "--endpoint-url", &endpoint.url, "--region", REGION]);
    if let Some(authority) = &endpoint.authority {
        command.arg("--ca-bundle").arg(authority);
    }
    let target = format!("s3://{}/{}", endpoint.bucket, upload.how);
    command.args(["s3", "cp", "--only-show-errors"]).arg(file).arg(target);
    command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    command
}

/// `rclone copyto`, which uploads in parts from 5 MiB on.
pub fn rclone(endpoint: &Endpoint, upload: &Upload, file: &Path) -> Command {
    let mut command = Command::new("rclone");
    command.args(["copyto", "--config", "/dev/null", "--retries", "1", "--low-level-retries", "1"]);
    command.args(["--s3-provider", "Other", "--s3-endpoint", &endpoint.url, "--s3-region", REGION]);
    command.args(["--s3-access-key-id", ACCESS_KEY, "--s3-secret-access-key", SECRET_KEY, "--s3-no-check-bucket"]);
    command.args(["--s3-upload-cutoff", "5Mi", "--s3-chunk-size", "5Mi"]);
    if let Some(authority) = &endpoint.authority {
        command.arg("--ca-cert").arg(authority);
    }
    command.arg(file).arg(format!(":s3:{}/{}", endpoint.bucket, upload.how));
    command
}
