//! The React page in Chromium, driven through the program of `react/drive.mjs`.

use crate::client::{Client, Program};
use crate::install::{Need, npm, succeeds};
use crate::job::{Answer, Job};
use crate::trust;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where Vite serves a page when nothing else is said.
pub const ORIGIN: &str = "http://localhost:5173";

/// The port is one, and tests run side by side.
static PORT: Mutex<()> = Mutex::new(());

/// The path of Chromium.
pub fn chromium() -> Result<String, Need> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.iter().find(|name| succeeds(Command::new(name).arg("--version"))).ok_or(Need::Chromium)?;
    let path = Command::new("sh").args(["-c", &format!("command -v {found}")]).output().map_err(|_| Need::Chromium)?;
    Ok(String::from_utf8_lossy(&path.stdout).trim().to_owned())
}

/// A page that is open, at its own origin or at a foreign one.
pub struct Page {
    program: Program,
    pub origin: String,
    _port: MutexGuard<'static, ()>,
}

impl Page {
    pub fn open() -> Result<Self, Need> {
        Self::open_with(None)
    }

    /// A page of a browser that trusts the authority of `sig4 serve --tls`.
    pub fn open_trusting() -> Result<Self, Need> {
        let home = trust::browser_home()?;
        Self::open_with(Some(home))
    }

    fn open_with(home: Option<&Path>) -> Result<Self, Need> {
        let path = chromium()?;
        let folder = npm("react").ok_or(Need::Npm)?;
        let port = PORT.lock().unwrap_or_else(PoisonError::into_inner);
        let mut driver = Command::new("node");
        driver.args(["drive.mjs", &path]).current_dir(folder);
        if let Some(home) = home {
            driver.env("HOME", home);
        }
        let program = Program::start("React page", &mut driver);
        let line = program.line().unwrap();
        let served: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let page = Self { program, origin: served["origin"].as_str().unwrap().to_owned(), _port: port };
        if page.origin != ORIGIN {
            eprintln!("\n!!!! The port of {ORIGIN} is busy; the page is served from {} instead.\n", page.origin);
        }
        Ok(page)
    }
}

impl Client for Page {
    fn name(&self) -> &'static str {
        self.program.name()
    }

    fn call(&mut self, job: &Job) -> Result<Answer, String> {
        self.program.call(job)
    }

    fn is_browser(&self) -> bool {
        true
    }
}
