//! What an operator sees: probes, metrics and the access log.

use super::replica::{Replica, SECRET, status};
use serde_json::Value;
use std::fs;

#[test]
fn probes_and_metrics_answer() {
    let replica = Replica::start("probes", "", "");
    assert_eq!(replica.ask("AKIDALICE", "/pets"), 200);
    assert!(replica.ask("AKIDMALLORY", "/pets") >= 400);
    assert_eq!(status(&replica.admin("/healthz")), 200);
    let ready = replica.admin("/readyz");
    assert!(ready.ends_with("{\"ready\":true,\"reasons\":[]}\n"), "{ready}");
    let metrics = replica.admin("/metrics");
    for line in [
        "sig4_checks_total{proxy=\"nginx\",api=\"pets\",outcome=\"allowed\"} 1",
        "sig4_replay_answers_total{answer=\"first\"} 1",
        "sig4_keys 1",
        "sig4_keys_unusable{day=\"today\"} 0",
        "sig4_keys_reload_failed 0",
        "sig4_ready 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
    assert!(
        metrics.contains("\nsig4_keys_age_seconds ") && metrics.contains("\nsig4_check_seconds_bucket{"),
        "{metrics}"
    );
    assert!(!metrics.contains("AKID") && !metrics.contains(SECRET), "{metrics}");
}

#[test]
fn each_decision_is_a_line_of_json() {
    let replica = Replica::start("log", "drain_delay = \"0s\"", "[log]\naccess_log = \"access.log\"");
    assert_eq!(replica.ask("AKIDALICE", "/pets?token=secret"), 200);
    assert!(replica.ask("AKIDMALLORY", "/pets/%22x%22") >= 400);
    let log = || fs::read_to_string(replica.folder.join("access.log")).unwrap();
    replica.becomes("two lines", || log().lines().count() == 2);
    let lines: Vec<Value> = log().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (allowed, refused) = (&lines[0], &lines[1]);
    for (name, value) in [
        ("proxy", "nginx"),
        ("api", "pets"),
        ("httpMethod", "GET"),
        ("path", "/pets"),
        ("outcome", "allowed"),
        ("identity.accessKey", "AKIDALICE"),
        ("identity.userArn", "arn:aws:iam::123456789012:user/alice"),
        ("identity.sourceIp", "192.0.2.1"),
        ("trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("span_id", "b7ad6b7169203331"),
    ] {
        assert_eq!(allowed[name], value, "{allowed}");
    }
    assert_eq!(allowed["status"], 200);
    assert_eq!((allowed["requestId"].as_str().map(str::len), allowed.get("authorizer.error")), (Some(36), None));
    assert!(refused["authorizer.error"].is_string() && refused.get("identity.accessKey").is_none(), "{refused}");
    assert_eq!(refused["identity.claimedAccessKey"], "AKIDMALLORY", "{refused}");
    let text = log();
    assert!(!text.contains(SECRET) && !text.contains("Signature=") && !text.contains("secret"), "{text}");

    // A program that rotates logs moves the file, and says so.
    fs::rename(replica.folder.join("access.log"), replica.folder.join("access.log.1")).unwrap();
    replica.program.signal("-HUP");
    replica.prints("are loaded again");
    assert_eq!(replica.ask("AKIDALICE", "/cats"), 200);
    replica.becomes("a line in the new file", || {
        fs::read_to_string(replica.folder.join("access.log")).is_ok_and(|text| text.lines().count() == 1)
    });
}
