//! Requests and their callers.

use super::conditions::{ADDRESSES, ARNS, DATES, NUMBERS, TEXTS};
use super::resources::resource;
use super::{ACCOUNTS, ACTIONS, PARTITIONS};
use crate::second_opinion::arn;
use crate::second_opinion::dice::Dice;
use crate::second_opinion::request::{Caller, Request, Sort, is_account};

/// 2015-08-30T12:36:00Z.
const NOW: i64 = 1_440_938_160;

pub fn request(dice: &mut Dice) -> Request {
    let (mut caller, resource) = (caller(dice), resource(dice));
    let mut owner = dice.percent(50).then(|| dice.text(&ACCOUNTS));
    if dice.percent(60) {
        match arn::parts(&resource).as_deref() {
            Some([_, partition, .., account, _]) if partition.starts_with("aws") && is_account(account) => {
                (caller.partition, caller.account) = ((*partition).to_owned(), (*account).to_owned());
                owner = None;
            }
            _ => owner = Some(caller.account.clone()),
        }
    } else if dice.percent(5) {
        owner = Some(dice.text(&["", "12345678901", "alice"]));
    }
    Request {
        action: if dice.percent(60) { ACTIONS[0].to_owned() } else { dice.text(&ACTIONS) },
        resource,
        owner,
        now: NOW,
        source_ip: dice.percent(70).then(|| dice.one(ADDRESSES).parse().unwrap()),
        tls: dice.percent(70).then(|| dice.percent(70)),
        user_agent: dice.percent(40).then(|| dice.text(TEXTS)),
        referer: dice.percent(30).then(|| dice.text(TEXTS)),
        caller,
        keys: keys(dice),
    }
}

/// Condition keys and their values.
fn keys(dice: &mut Dice) -> Vec<(String, Vec<String>)> {
    let mut keys = Vec::new();
    for (name, values) in [
        ("test:text", TEXTS),
        ("test:number", NUMBERS),
        ("test:date", DATES),
        ("test:ip", ADDRESSES),
        ("test:arn", ARNS),
        ("test:flag", &["true", "false"]),
    ] {
        if dice.percent(75) {
            let value = if dice.percent(94) { dice.text(values) } else { dice.text(TEXTS) };
            keys.push((name.to_owned(), vec![value]));
        }
    }
    if dice.percent(80) {
        let values = if dice.percent(80) { TEXTS } else { NUMBERS };
        keys.push(("test:list".to_owned(), dice.several(0, 3, |dice| dice.text(values))));
    }
    if dice.percent(8) {
        let name = dice.text(&[
            "aws:username",
            "AWS:ResourceAccount",
            "aws:ViaAWSService",
            "aws:PrincipalTag/team",
            "aws:CalledVia",
            "TEST:TEXT",
            "aws:SourceIp",
            "aws:ResourceOrgID",
            "aws:TokenIssueTime",
            "test:*",
            "aws:PrincipalArn",
        ]);
        keys.push((name, vec![dice.text(&["alice", "123456789012", "true", "999988887777", "", "203.0.113.9"])]));
    }
    keys
}

fn caller(dice: &mut Dice) -> Caller {
    let sort =
        *dice.one(&[Sort::Root, Sort::User, Sort::User, Sort::User, Sort::Session, Sort::Session, Sort::Session]);
    let moment = |dice: &mut Dice| dice.percent(60).then(|| *dice.one(&[NOW, NOW - 10, NOW + 1, NOW - 9]));
    let organized = dice.percent(40);
    let (name, unique_id) = match sort {
        Sort::Root => ("", ""),
        Sort::User => (if dice.percent(80) { "alice" } else { "Alice" }, "AIDAEXAMPLEALICE0001"),
        Sort::Session => ("deploy", "AROAEXAMPLEDEPLOY001"),
    };
    let path = if sort == Sort::Root || dice.percent(80) { "/" } else { "/staff/" };
    Caller {
        sort,
        partition: if dice.percent(90) { PARTITIONS[0].to_owned() } else { PARTITIONS[1].to_owned() },
        account: if dice.percent(70) { ACCOUNTS[0].to_owned() } else { ACCOUNTS[1].to_owned() },
        path: path.to_owned(),
        name: name.to_owned(),
        session: if sort == Sort::Session { dice.text(&["ci", "ci", "cd"]) } else { String::new() },
        unique_id: unique_id.to_owned(),
        tags: dice.several(0, 2, |dice| (dice.text(&["team", "TEAM", "É"]), dice.text(TEXTS))),
        organization: organized.then(|| "o-example".to_owned()),
        organization_paths: if organized {
            dice.several(0, 2, |dice| dice.text(&["o-example/r-1/", "o-example/r-1/ou-2/"]))
        } else {
            Vec::new()
        },
        issued: moment(dice),
        second_factor: moment(dice),
    }
}
