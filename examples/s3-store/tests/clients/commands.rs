//! Clients that are programs.

use crate::files;
use crate::job::{self, ACCESS_KEY, Batch, Endpoint, REGION, SECRET_KEY, Said, Upload};
use crate::trial::Client;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A program that reads all batches from its last argument, and writes a line for each upload. It reads every object again, and compares
/// it.
pub struct Program(pub Command);

impl Client for Program {
    fn upload(&mut self, batches: &[Batch<'_>], folder: &Path) -> Said {
        let command = self.0.arg(job::to_json(batches, folder).to_string());
        for authority in batches.iter().filter_map(|batch| batch.endpoint.authority.as_ref()) {
            command.env("NODE_EXTRA_CA_CERTS", authority).env("SSL_CERT_FILE", authority);
        }
        let output = output(command, None);
        let said = job::read(&String::from_utf8_lossy(&output.stdout));
        let uploads: usize = batches.iter().map(|batch| batch.uploads.len()).sum();
        assert_eq!(said.len(), uploads, "{}", String::from_utf8_lossy(&output.stderr));
        said
    }
}

/// rclone, which uploads one file.
pub struct Rclone<'p>(pub &'p Path);

impl Client for Rclone<'_> {
    fn upload(&mut self, batches: &[Batch<'_>], folder: &Path) -> Said {
        let mut said = Said::new();
        for Batch { endpoint, uploads } in batches {
            for upload in uploads {
                let file = folder.join(files::name(upload.size));
                let error = self.run(endpoint, upload, &file).or_else(|| self.compare(endpoint, upload, &file));
                said.insert((endpoint.bucket.to_owned(), upload.key()), error);
            }
        }
        said
    }
}

impl Rclone<'_> {
    fn run(&self, endpoint: &Endpoint, upload: &Upload, file: &Path) -> Option<String> {
        let target = format!(":s3:{}/{}", endpoint.bucket, upload.key());
        let mut command = self.command(endpoint);
        match upload.how {
            "stdin" => command.args(["rcat", &target]),
            _ => command.arg("copyto").arg(file).arg(target),
        };
        failure(&output(&mut command, (upload.how == "stdin").then_some(file)))
    }

    /// Reads the object again.
    fn compare(&self, endpoint: &Endpoint, upload: &Upload, file: &Path) -> Option<String> {
        let source = format!(":s3:{}/{}", endpoint.bucket, upload.key());
        let folder = TempDir::new().unwrap();
        let target = folder.path().join("object");
        failure(&output(self.command(endpoint).arg("copyto").arg(source).arg(&target), None)).or_else(|| {
            let is_same = fs::read(target).unwrap() == fs::read(file).unwrap();
            (!is_same).then(|| "it reads other bytes".to_owned())
        })
    }

    /// It uploads in parts from 5 MiB on.
    fn command(&self, endpoint: &Endpoint) -> Command {
        let mut command = Command::new(self.0);
        command
            .args(["--config", "/dev/null", "--retries", "1"])
            .arg(format!("--low-level-retries={}", endpoint.attempts));
        command.args(["--s3-provider", "Other", "--s3-endpoint", &endpoint.url, "--s3-region", REGION]);
        command.args(["--s3-access-key-id", ACCESS_KEY, "--s3-secret-access-key", SECRET_KEY, "--s3-no-check-bucket"]);
        command.args(["--s3-upload-cutoff", "5Mi", "--s3-chunk-size", "5Mi", "--s3-encoding", "None"]);
        if let Some(authority) = &endpoint.authority {
            command.arg("--ca-cert").arg(authority);
        }
        command
    }
}

fn failure(output: &Output) -> Option<String> {
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Runs a command without the proxies, profiles and metadata services of this machine.
fn output(command: &mut Command, stdin: Option<&Path>) -> Output {
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "AWS_PROFILE", "AWS_CA_BUNDLE"]
    {
        command.env_remove(name);
    }
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command.stdin(File::open(stdin.unwrap_or(Path::new("/dev/null"))).unwrap()).output().unwrap()
}
