//! Requests as real clients sent them. Those that verify have nothing wrong, a wrong secret gets no invented cause, and a change
//! on the way is named.

use crate::judged::{Judged, judge};
use sig4::explain::{Certainty, Explainer, Report, Verdict};
use sig4::{Credentials, Verifier};
use sig4_test_support::sdk_traffic::{Recorded, keys, recorded};
use std::collections::BTreeMap;

/// The report on a request at its own time, with this secret in the place of the right one.
fn report(line: &Recorded, other_secret: Option<&str>) -> Report {
    let service = if line.service == "none" { "s3" } else { &line.service };
    let verifier = Verifier::new(line.region.as_str(), service).unwrap().with_required_content_sha256(false);
    let view = line.request.view();
    let claim = verifier.claim_view(&view);
    let id = claim.as_ref().map_or("AKIDEXAMPLE000000001", |claim| claim.access_key_id());
    let key = keys().into_iter().find(|key| key.access_key_id() == id).unwrap();
    let key = match (other_secret, key.session_token()) {
        (None, _) => key,
        (Some(secret), None) => Credentials::new(id, secret).unwrap(),
        (Some(secret), Some(token)) => Credentials::new(id, secret).unwrap().with_session_token(token).unwrap(),
    };
    let explainer = Explainer::new(&verifier, &key).with_secrets_shown(true);
    explainer.report(&view, line.request.body.as_slice(), line.signed_at().unwrap())
}

/// Requests that verify.
fn good() -> impl Iterator<Item = Recorded> {
    let lines = recorded().into_iter().filter(|line| line.expected == "accept" && !line.is_chunked());
    lines.filter(|line| !line.algorithm.contains("ECDSA"))
}

#[test]
fn nothing_is_wrong_with_requests_of_real_clients() {
    let wrong: Vec<_> = good().filter(|line| !report(line, None).nothing_wrong()).map(|line| line.id).collect();
    assert!(good().count() > 400 && wrong.is_empty(), "{wrong:?}");
}

#[test]
fn nothing_is_made_up_where_the_secret_is_another() {
    for line in good().step_by(40) {
        let report = report(&line, Some("a secret that nobody signs with"));
        assert_eq!(report.verdict(), Verdict::Unexplained, "{} {report}", line.client);
        assert!(report.findings().iter().all(|finding| finding.certainty() == Certainty::Possible), "{report}");
    }
}

/// Real mistakes: a second verifier refuses these requests too. It does not know what was signed in ten of them either.
#[test]
fn the_mistakes_of_real_clients_are_proven() {
    let refused = recorded().into_iter().filter(|line| line.expected == "refuse" && !line.is_chunked());
    let (mut all, mut missed) = (0, Vec::new());
    for line in refused {
        all += 1;
        let report = report(&line, None);
        let is_proven = report.findings().iter().any(|f| f.certainty() == Certainty::Certain);
        if !is_proven {
            missed.push(format!("{} {} {}: {report}", line.client, line.request.method, line.request.target));
        }
    }
    assert!(all >= 30 && missed.len() <= 10, "{}", missed.join("\n"));
}

/// A change on the way from the client to the service.
type Change = fn(&mut Recorded) -> Option<()>;

fn other_method(line: &mut Recorded) -> Option<()> {
    line.request.method = if line.request.method == "GET" { "HEAD" } else { "GET" }.to_owned();
    Some(())
}

fn parameter_added(line: &mut Recorded) -> Option<()> {
    let mark = if line.request.query().is_some() { '&' } else { '?' };
    line.request.target += &format!("{mark}utm_source=mail");
    Some(())
}

fn stage_added(line: &mut Recorded) -> Option<()> {
    line.request.target.insert_str(0, "/prod");
    Some(())
}

fn port_added(line: &mut Recorded) -> Option<()> {
    let (_, host) = line.request.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("host"))?;
    (!host.contains(&b':')).then(|| host.extend(b":443"))
}

fn newline_appended(line: &mut Recorded) -> Option<()> {
    let hashed =
        line.payload == "absent" && !line.request.body.is_empty() && !line.request.target.contains("X-Amz-Sig");
    hashed.then(|| line.request.body.push(b'\n'))
}

#[test]
fn what_is_changed_on_the_way_is_proven() {
    let changes: [(&str, Change, usize); 5] = [
        ("another method", other_method, 1000),
        ("a parameter added", parameter_added, 1000),
        ("a stage added", stage_added, 990),
        ("a port added", port_added, 1000),
        ("a newline after the body", newline_appended, 1000),
    ];
    let mut told = BTreeMap::new();
    for (what, change, floor) in changes {
        let (mut all, mut proven) = (0, 0);
        for mut line in good().step_by(14) {
            let signed = report(&line, None).canonical_request().unwrap().to_owned();
            if change(&mut line).is_none() {
                continue;
            }
            let report = report(&line, None);
            let (parts, judged) = judge(&report, &signed);
            assert!(parts > 0 && judged != Judged::False, "{what}: {} {report}", line.client);
            all += 1;
            proven += usize::from(judged == Judged::Proven);
        }
        println!("{what}: {proven} of {all} proven");
        told.insert(what, (proven * 1000 / all.max(1), floor));
    }
    assert!(told.values().all(|(proven, floor)| proven >= floor), "in thousandths, with the floors: {told:?}");
}
