//! The credentials of a request, and the kind of their session token.

use super::keys::KeyArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::Credentials;
use sig4::config_files::ConfigFiles;
use zeroize::Zeroizing;

/// The arguments that give the credentials of a request.
#[derive(Args, Debug)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct RequestKeyArgs {
    #[command(flatten)]
    keys: KeyArgs,
    /// The session token is one of S3 Express One Zone, from CreateSession: it is sent as x-amz-s3session-token
    #[arg(long)]
    s3_session: bool,
}

impl RequestKeyArgs {
    /// Whether nothing is given.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty() && !self.s3_session
    }

    /// The shared files with the profile that is chosen.
    pub(crate) fn files(&self) -> Result<ConfigFiles<'static>, Failure> {
        self.keys.files()
    }

    /// Whether the arguments name credentials.
    pub(crate) const fn is_given(&self) -> bool {
        self.keys.is_given()
    }

    /// The credentials of [`KeyArgs::credentials`], with a session token of the kind that is given.
    pub(crate) fn credentials(&self, files: &ConfigFiles<'_>, token: Option<&str>) -> Result<Credentials, Failure> {
        let found = self.keys.credentials(files, token)?;
        match found.session_token().map(|token| Zeroizing::new(token.to_owned())) {
            _ if !self.s3_session => Ok(found),
            Some(token) => Ok(found.with_s3_session_token(token.as_str())?),
            None => Err("--s3-session needs a session token: set AWS_SESSION_TOKEN, or give --session-token".into()),
        }
    }
}
