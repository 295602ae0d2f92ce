//! The manifests of Kubernetes agree with the configuration beside them.

use sig4_authorizer::config::Config;
use sig4_authorizer::keys::{DAY_KEYS_FILE, USERS_FILE};
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/authorizer/kubernetes")
}

fn manifests() -> String {
    fs::read_to_string(folder().join("authorizer.yaml")).unwrap()
}

fn config() -> Table {
    Config::read(folder().join("authorizer.toml")).unwrap();
    fs::read_to_string(folder().join("authorizer.toml")).unwrap().parse().unwrap()
}

fn text<'t>(table: &'t Table, section: &str, key: &str) -> &'t str {
    table[section][key].as_str().unwrap()
}

/// The seconds of a time such as `5s`.
fn seconds(text: &str) -> u64 {
    text.strip_suffix('s').unwrap().parse().unwrap()
}

#[test]
fn ports_and_probes_are_those_of_the_server() {
    let (manifests, config) = (manifests(), config());
    for (name, key) in [("grpc", "address"), ("admin", "admin")] {
        let port = text(&config, "listen", key).strip_prefix("0.0.0.0:").unwrap();
        assert!(manifests.contains(&format!("{{name: {name}, containerPort: {port}}}")), "{name} {port}");
    }
    let port = text(&config, "listen", "admin").rsplit(':').next().unwrap();
    assert!(manifests.contains(&format!("prometheus.io/port: \"{port}\"")));
    assert!(manifests.contains("readinessProbe:\n            httpGet: {path: /readyz, port: admin}"));
    assert!(manifests.contains("livenessProbe:\n            httpGet: {path: /healthz, port: admin}"));
    assert!(manifests.contains("prometheus.io/path: /metrics"));
}

#[test]
fn the_files_of_the_configuration_are_mounted() {
    let (manifests, config) = (manifests(), config());
    let listen = ["certificate", "private_key", "client_ca"].map(|key| text(&config, "listen", key));
    let url = text(&config, "replay", "url_file");
    let keys = [USERS_FILE, DAY_KEYS_FILE].map(|file| format!("{}/{file}", text(&config, "keys", "folder")));
    let files = listen.into_iter().chain([url]).map(str::to_owned).chain(keys);
    for file in files.chain(["/etc/sig4/authorizer.toml".to_owned()]) {
        let (folder, name) = file.rsplit_once('/').unwrap();
        assert!(manifests.contains(&format!("mountPath: {folder}, readOnly: true}}")), "{folder}");
        assert!(manifests.contains(name), "{name} is given to kubectl");
    }
    assert!(manifests.contains("args: [authorize, --config, /etc/sig4/authorizer.toml]"));
    assert!(!manifests.contains("subPath:"), "Kubernetes never replaces those");
}

#[test]
fn a_pod_has_the_time_to_drain_and_no_rights() {
    let (manifests, config) = (manifests(), config());
    let times = seconds(text(&config, "listen", "drain_delay")) + seconds(text(&config, "listen", "drain_timeout"));
    let grace = manifests.split("terminationGracePeriodSeconds: ").nth(1).unwrap().lines().next().unwrap();
    assert!(grace.parse::<u64>().unwrap() > times, "{grace} {times}");
    for line in [
        "runAsNonRoot: true",
        "readOnlyRootFilesystem: true",
        "allowPrivilegeEscalation: false",
        "capabilities: {drop: [ALL]}",
        "automountServiceAccountToken: false",
        "seccompProfile: {type: RuntimeDefault}",
    ] {
        assert!(manifests.contains(line), "{line}");
    }
    let is_file = |section: &str| matches!(config.get("log").and_then(|log| log.get(section)), Some(Value::String(_)));
    assert!(is_file("access_log") && text(&config, "log", "access_log") == "stdout", "the file system is read-only");
}

#[test]
fn every_manifest_has_a_kind_and_there_is_no_secret() {
    let manifests = manifests();
    let documents: Vec<&str> = manifests.split("\n---\n").collect();
    for document in &documents {
        assert!(document.contains("apiVersion: ") && document.contains("\nkind: ") && document.contains("\nmetadata:"));
        assert!(!document.contains('\t'), "{document}");
    }
    let kind = |kind: &str| documents.iter().filter(|text| text.contains(&format!("\nkind: {kind}\n"))).count();
    for expected in ["ServiceAccount", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"] {
        assert_eq!(kind(expected), 1, "{expected}");
    }
    assert_eq!(kind("Secret"), 0, "secrets are made of files, not written here");
}
