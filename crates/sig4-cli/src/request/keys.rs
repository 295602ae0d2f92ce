//! The credentials, by sig4's, curl's and awscurl's options.
//!
//! Every user of a machine can read the arguments of every process. A secret among them works, and a note says what to do
//! instead: the secret of an access key id comes from the variable `SIG4_SECRET_` plus the id, or from a prompt.

use crate::credentials;
use crate::failure::Failure;
use crate::print::{self, note};
use crate::variable::variable;
use clap::Args;
use sig4::Credentials;
use sig4::config_files::ConfigFiles;
use std::convert::Infallible;
use std::fmt;
use std::io::{self, IsTerminal};
use std::str::FromStr;
use zeroize::Zeroizing;

/// The prefix of the variables with secrets.
const SECRET_VARIABLE: &str = "SIG4_SECRET_";
/// The variables with the credentials of the environment.
const ID_VARIABLE: &str = "AWS_ACCESS_KEY_ID";
const KEY_VARIABLE: &str = "AWS_SECRET_ACCESS_KEY";

/// The arguments that give credentials.
#[derive(Args, Debug)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct KeyArgs {
    /// A profile of the shared AWS files, instead of the credentials in the environment
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The access key id. Its secret comes from the variable SIG4_SECRET_AKID, else from a prompt. AKID:SECRET also works, but
    /// every user of this machine can read that secret
    #[arg(short, long, value_name = "AKID[:SECRET]", conflicts_with = "profile")]
    user: Option<SecretText>,
    /// The access key id, as awscurl takes it
    #[arg(long, alias = "access_key", value_name = "AKID", conflicts_with_all = ["profile", "user"])]
    access_key: Option<String>,
    /// The secret key, as awscurl takes it. Every user of this machine can read it
    #[arg(long, alias = "secret_key", value_name = "SECRET", requires = "access_key")]
    secret_key: Option<SecretText>,
    /// The session token of temporary credentials given here. Every user of this machine can read it
    #[arg(long, aliases = ["session_token", "security_token", "security-token"], value_name = "TOKEN")]
    session_token: Option<SecretText>,
}

/// A text that no message shows.
#[derive(Clone)]
struct SecretText(Zeroizing<String>);

impl FromStr for SecretText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned().into()))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

impl KeyArgs {
    /// Whether nothing is given.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { profile, user, access_key, secret_key, session_token } = self;
        profile.is_none() && access_key.is_none() && [user, secret_key, session_token].iter().all(|text| text.is_none())
    }

    /// The shared files with the profile that is chosen.
    pub(crate) fn files(&self) -> Result<ConfigFiles<'static>, Failure> {
        credentials::config_files(self.profile.as_deref())
    }

    /// Whether the arguments name credentials.
    pub(crate) const fn is_given(&self) -> bool {
        self.profile.is_some() || self.user.is_some() || self.access_key.is_some()
    }

    /// The credentials: those of the arguments, else those of the environment or the profile. Like curl's, credentials of the
    /// arguments take the session token of the header `x-amz-security-token`. Later output has none of their secrets.
    pub(crate) fn credentials(&self, files: &ConfigFiles<'_>, token: Option<&str>) -> Result<Credentials, Failure> {
        let Some((id, secret)) = self.given() else {
            if self.session_token.is_some() {
                return Err(
                    "--session-token belongs to an access key: give -u or --access-key, or set AWS_SESSION_TOKEN"
                        .into(),
                );
            }
            return Ok(print::kept(credentials::credentials(files)?));
        };
        let secret = match secret {
            Some(secret) => {
                print::keep_secret(secret);
                note(&format!(
                    "every user of this machine can read a secret among the arguments: give -u AKID and set \
                     {SECRET_VARIABLE}AKID, or set {ID_VARIABLE} and {KEY_VARIABLE}"
                ));
                Zeroizing::new(secret.to_owned())
            }
            None => secret_of(id)?,
        };
        let credentials = Credentials::new(id.to_owned(), secret.as_str())?;
        let token = self.session_token.as_ref().map(|token| token.0.as_str()).or(token);
        Ok(print::kept(match token {
            Some(token) => {
                print::keep_secret(token);
                credentials.with_session_token(token.to_owned())?
            }
            None => credentials,
        }))
    }

    /// The access key id and the secret among the arguments.
    fn given(&self) -> Option<(&str, Option<&str>)> {
        if let Some(user) = &self.user {
            let (id, secret) =
                user.0.split_once(':').map_or((user.0.as_str(), None), |(id, secret)| (id, Some(secret)));
            return Some((id, secret));
        }
        let id = self.access_key.as_deref()?;
        Some((id, self.secret_key.as_ref().map(|secret| secret.0.as_str())))
    }
}

/// The secret of an access key id that stands alone: from its variable, from the environment if that has the same id, or typed.
fn secret_of(id: &str) -> Result<Zeroizing<String>, Failure> {
    let is_name = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err("-u takes AKID or AKID:SECRET, where AKID is letters, digits and `_`".into());
    }
    let own = [SECRET_VARIABLE, id].concat();
    if let Some(secret) = variable(&own)? {
        return Ok(secret.into());
    }
    if variable(ID_VARIABLE)?.as_deref() == Some(id)
        && let Some(secret) = variable(KEY_VARIABLE)?
    {
        return Ok(secret.into());
    }
    if !io::stdin().is_terminal() {
        return Err(format!("no secret for {id}: set {own}, or start this in a terminal, which asks for it").into());
    }
    let typed = rpassword::prompt_password(format!("secret of {id}: "));
    let typed = Zeroizing::new(typed.map_err(|error| format!("cannot ask for the secret of {id}: {error}"))?);
    print::keep_secret(&typed);
    if typed.is_empty() { Err(format!("no secret for {id} was typed").into()) } else { Ok(typed) }
}

#[cfg(test)]
mod tests {
    use super::KeyArgs;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Given {
        #[command(flatten)]
        keys: KeyArgs,
    }

    #[test]
    fn the_arguments_do_not_show_their_secrets() {
        for arguments in [
            &["-u", "AKID:hush"][..],
            &["--access-key", "AKID", "--secret-key", "hush", "--session-token", "hush"],
            &["--session_token=hush"],
        ] {
            let given = Given::parse_from([&["sig4"], arguments].concat());
            let text = format!("{given:?}");
            assert!(!given.keys.is_empty() && text.contains("SecretText(..)") && !text.contains("hush"), "{text}");
        }
    }
}
