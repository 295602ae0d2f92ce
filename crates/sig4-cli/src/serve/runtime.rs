//! The process that runs a function: Node with the bootstrap of this crate, the function's own bootstrap, or a given command.

use super::environment;
use super::function_log::FunctionLog;
use super::watched::Watched;
use crate::failure::Failure;
use crate::scratch::Scratch;
use sig4_gateway::LambdaRuntime;
use sig4_gateway::definition::{Code, FunctionDefinition};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, Command};

/// Python, and the module that runs a handler in it.
const PYTHON: &str = "python3";
const PYTHON_CLIENT: &str = "awslambdaric";

/// The system's error for a program that it cannot run: `ENOEXEC`.
const OTHER_FORMAT: i32 = 8;

/// Runs a handler in Node.
const BOOTSTRAP: &str = include_str!("bootstrap.js");

/// The command that runs a function, and its folder.
#[derive(Debug)]
pub(crate) struct Runtime {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: PathBuf,
    execution_env: String,
    /// Variables for the interpreter.
    interpreter: Vec<(&'static str, &'static str)>,
    /// The code whose changes restart the function.
    code: Option<Watched>,
    /// The folder of code from the template itself.
    _scratch: Option<Scratch>,
}

impl Runtime {
    /// The runtime of `function`, whose files are below `base`. `given` is the user's command for it.
    pub(crate) fn of(function: &FunctionDefinition, base: &Path, given: Option<&str>) -> Result<Self, Failure> {
        let (folder, scratch) = match function.code() {
            Code::Folder(folder) => (base.join(folder), None),
            Code::Inline(text) => {
                let scratch = Scratch::with_file(inline_file(function.runtime()), text)?;
                (scratch.code().to_owned(), Some(scratch))
            }
            _ => (base.to_owned(), None),
        };
        let folder = std::path::absolute(&folder)?;
        if !folder.is_dir() {
            let (name, path) = (function.name(), folder.display());
            return Err(match folder.is_file() {
                true => format!(
                    "the code of {name} is the file {path}: unpack it into a folder, or give --function '{name}=COMMAND'"
                ),
                false => format!("the code of {name} is not there: {path} is no folder"),
            }
            .into());
        }
        let (program, arguments) = command(function, base, &folder, given)?;
        let execution_env = format!("AWS_Lambda_{}", function.runtime());
        let code = match function.code() {
            Code::Folder(_) => Some(folder.clone()),
            Code::Inline(_) => None,
            // The folder is the configuration's. A program that is found in PATH is not watched.
            _ => program.is_absolute().then(|| program.clone()),
        };
        let code = code.map(|path| Watched::new(vec![path]));
        let interpreter = environment::of_interpreter(function.runtime()).collect();
        Ok(Self { program, arguments, folder, execution_env, interpreter, code, _scratch: scratch })
    }

    /// The code whose changes restart the function.
    pub(crate) const fn code(&self) -> Option<&Watched> {
        self.code.as_ref()
    }

    /// Starts a process that fetches its events at `runtime`. Its standard input ends when the child is dropped.
    pub(crate) fn start(&self, runtime: &LambdaRuntime) -> Result<(Child, FunctionLog), Failure> {
        let no_log = |error| format!("the log of a function cannot be read: {error}");
        let (log, output) = FunctionLog::open().map_err(no_log)?;
        // A `PATH` of the function's own is for its code.
        let mut command = Command::new(in_path(&self.program).as_ref().unwrap_or(&self.program));
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(environment::inherited())
            .env("LAMBDA_TASK_ROOT", &self.folder)
            .env("AWS_EXECUTION_ENV", &self.execution_env)
            .envs(self.interpreter.iter().copied())
            .envs(runtime.environment())
            .stdin(Stdio::piped())
            .stdout(output.try_clone().map_err(no_log)?)
            .stderr(output)
            .kill_on_drop(true);
        // Without its own process group, Ctrl-C would end the functions before the server.
        #[cfg(unix)]
        command.process_group(0);
        let started = command.spawn().map_err(|error| {
            // The system reports a missing program and a missing folder with the same error.
            if !self.folder.is_dir() {
                return format!("the code is not there: {} is no folder", self.folder.display());
            }
            let program = self.program.display();
            let hint = match error.raw_os_error() {
                Some(OTHER_FORMAT) if cfg!(unix) => "it is built for another processor or system, or is no program",
                _ => "--runtime-command names another runtime",
            };
            format!("cannot start `{program}`: {error}; {hint}")
        });
        Ok((started?, log))
    }
}

/// The program and its arguments.
fn command(
    function: &FunctionDefinition,
    base: &Path,
    folder: &Path,
    given: Option<&str>,
) -> Result<(PathBuf, Vec<OsString>), Failure> {
    let name = function.name();
    match (given, function.code(), function.runtime()) {
        (Some(line), ..) => split(line, &env::current_dir()?),
        (None, Code::Command(line), _) => split(line, base),
        (None, Code::Elsewhere(why), _) => {
            Err(format!("{name} cannot be run: {why}; give --function '{name}=COMMAND'").into())
        }
        (None, _, runtime) if runtime.starts_with("nodejs") => {
            Ok((PathBuf::from("node"), vec![OsString::from("-e"), OsString::from(BOOTSTRAP)]))
        }
        (None, _, runtime) if runtime.starts_with("provided") => Ok((folder.join("bootstrap"), Vec::new())),
        (None, _, runtime) if runtime.starts_with("python") => python(name, function.handler(), folder),
        (None, _, runtime) => {
            Err(format!("{name} wants the runtime `{runtime}`: give --function '{name}=COMMAND' to run it").into())
        }
    }
}

/// Python with AWS's runtime interface client. It is found in the virtual environment that is active, or among the code.
///
/// Source: aws/aws-lambda-python-runtime-interface-client, README.
fn python(name: &str, handler: &str, folder: &Path) -> Result<(PathBuf, Vec<OsString>), Failure> {
    let mut probe = std::process::Command::new(PYTHON);
    probe.args(["-c", &format!("import {PYTHON_CLIENT}")]).current_dir(folder).env_clear();
    probe.envs(environment::inherited()).env("PYTHONDONTWRITEBYTECODE", "1");
    probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let missing = match probe.status() {
        Ok(status) if status.success() => {
            return Ok((PathBuf::from(PYTHON), ["-m", PYTHON_CLIENT, handler].map(OsString::from).to_vec()));
        }
        Ok(_) => format!("`{PYTHON}` has no module `{PYTHON_CLIENT}`: run `pip install {PYTHON_CLIENT}`"),
        Err(error) => format!("`{PYTHON}` cannot be started ({error}): install it and `{PYTHON_CLIENT}`"),
    };
    Err(format!("{name} is a function in Python, and {missing}, or give --function '{name}=COMMAND'").into())
}

/// The file of a program that is named without a folder, in the server's `PATH`. Without one, the system reports what is missing.
#[cfg(unix)]
fn in_path(program: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    const ANY_MAY_RUN: u32 = 0o111;
    if program.as_os_str().is_empty() || program.components().count() != 1 || program.is_absolute() {
        return None;
    }
    let is_program = |file: &PathBuf| {
        file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & ANY_MAY_RUN != 0)
    };
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths).filter_map(|folder| std::path::absolute(folder.join(program)).ok()).find(is_program)
}

/// Windows searches the server's `PATH` too.
#[cfg(not(unix))]
fn in_path(_: &Path) -> Option<PathBuf> {
    None
}

/// Splits a command into the program and its arguments. A program with a slash in its name is relative to `base`.
fn split(line: &str, base: &Path) -> Result<(PathBuf, Vec<OsString>), Failure> {
    let words = shlex::split(line).ok_or("the command ends with a `\\`, or has a quote that is not closed")?;
    let mut words = words.into_iter();
    let program = words.next().ok_or("the command is empty")?;
    let is_path = program.contains(std::path::is_separator);
    let program = if is_path { std::path::absolute(base.join(program))? } else { PathBuf::from(program) };
    Ok((program, words.map(OsString::from).collect()))
}

/// The file name of Lambda for inline code of a template.
///
/// Source: `AWS::Lambda::Function Code`, `ZipFile`.
fn inline_file(runtime: &str) -> &'static str {
    if runtime.starts_with("python") { "index.py" } else { "index.js" }
}

#[cfg(test)]
mod tests {
    use super::split;
    use std::path::Path;

    #[test]
    fn a_command_is_split_as_a_shell_splits_it() {
        for (line, words) in [
            ("python3 -m runtime", vec!["python3", "-m", "runtime"]),
            ("  a\t b ", vec!["a", "b"]),
            (r#"sh -c 'exec "a b"' x"#, vec!["sh", "-c", r#"exec "a b""#, "x"]),
            (r#""a \" b"c d\ e"#, vec![r#"a " bc"#, "d e"]),
            ("''", vec![""]),
        ] {
            let (program, arguments) = split(line, Path::new(".")).unwrap();
            let split: Vec<_> = [program.into_os_string()].into_iter().chain(arguments).collect();
            assert_eq!(split, words, "{line}");
        }
        for line in ["", "  ", "'a", "\"a", "a\\"] {
            assert!(split(line, Path::new(".")).is_err(), "{line}");
        }
    }
}
