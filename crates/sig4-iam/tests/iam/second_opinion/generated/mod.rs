//! Generated policies and requests. They share names, so that most statements nearly apply. A few documents are invalid.

mod conditions;
mod requests;
mod resources;

use super::dice::Dice;
use conditions::condition;
pub use requests::request;
use resources::pattern as resource_pattern;
use serde_json::{Map, Value, json};

const ACCOUNTS: [&str; 2] = ["123456789012", "999988887777"];
const PARTITIONS: [&str; 2] = ["aws", "aws-cn"];
/// The policies of one decision, as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    pub identity: Vec<Value>,
    pub boundary: Vec<Value>,
    pub session: Vec<Value>,
    pub levels: Vec<Vec<Value>>,
    pub resource: Vec<Value>,
}

/// How many policies each level of the organization has.
const LEVELS: &[&[usize]] = &[&[], &[], &[], &[], &[], &[1], &[2], &[0, 1], &[1, 1], &[1, 2]];

pub fn policies(dice: &mut Dice) -> Policies {
    if dice.percent(35) {
        return Policies { identity: vec![condition_alone(dice)], ..Policies::default() };
    }
    let own = |dice: &mut Dice, count: usize, plain: usize| -> Vec<Value> {
        (0..count).map(|_| document(dice, false, plain)).collect()
    };
    let identities = *dice.one(&[0, 1, 1, 1, 2, 2]);
    let (boundaries, sessions) = (*dice.one(&[0, 0, 0, 0, 1]), *dice.one(&[0, 0, 0, 0, 0, 1, 2]));
    let levels = dice.one(LEVELS);
    Policies {
        identity: own(dice, identities, 10),
        boundary: own(dice, boundaries, 50),
        session: own(dice, sessions, 50),
        levels: levels.iter().map(|count| own(dice, *count, 60)).collect(),
        resource: if dice.percent(55) { vec![document(dice, true, 10)] } else { Vec::new() },
    }
}

/// A document whose only question is one condition.
fn condition_alone(dice: &mut Dice) -> Value {
    let (operator, key, values) = condition(dice);
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let mut some = all.clone();
    some["Condition"] = json!({operator: {key: values}});
    let statements = if dice.percent(50) {
        json!(some)
    } else {
        some["Effect"] = json!("Deny");
        json!([all, some])
    };
    json!({"Version": dice.one(&["2008-10-17", "2012-10-17", "2012-10-17", "2012-10-17"]), "Statement": statements})
}

/// A document. In `plain` percent of the cases its first statement allows everything.
fn document(dice: &mut Dice, of_resource: bool, plain: usize) -> Value {
    let mut statements = dice.several(1, 3, |dice| statement(dice, of_resource));
    if dice.percent(plain) {
        statements[0] = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        if of_resource {
            statements[0]["Principal"] = principals(dice);
        }
    }
    let mut document = json!({});
    match dice.below(10) {
        0 => document["Version"] = json!("2008-10-17"),
        1 => {}
        _ => document["Version"] = json!("2012-10-17"),
    }
    document["Statement"] =
        if statements.len() == 1 && dice.percent(50) { statements.remove(0) } else { json!(statements) };
    if dice.percent(1) {
        spoil(dice, &mut document);
    }
    document
}

/// Makes most documents invalid.
fn spoil(dice: &mut Dice, document: &mut Value) {
    let choice = dice.below(22);
    let Some(statement) = (match &mut document["Statement"] {
        Value::Array(list) => list.first_mut(),
        one => Some(one),
    }) else {
        return;
    };
    let Some(elements) = statement.as_object_mut() else { return };
    let mut set = |name: &str, value: Value| drop(elements.insert(name.to_owned(), value));
    match choice {
        0 => set("Effect", json!("allow")),
        1 => set("NotAction", json!("s3:*")),
        2 => set("NotResource", json!("arn:aws:s3:::b")),
        3 => set("Principal", json!("*")),
        4 => set("Resorce", json!("*")),
        5 => set("Action", json!([])),
        6 => set("Resource", json!(["bucket"])),
        7 => set("Condition", json!({"StringEqual": {"test:text": "alice"}})),
        8 => set("Condition", json!({"NumericEquals": {"test:number": "ten"}})),
        9 => set("Condition", json!({"StringEquals": {"test:text": "${aws:username"}})),
        10 => set("Condition", json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/33"}})),
        13 => set("Sid", json!("one two")),
        14 => set("Sid", json!(7)),
        15 => set("Action", json!("Invoke")),
        16 => set("Action", json!("s3:")),
        17 => set("Condition", json!({})),
        18 => set("Condition", json!({"StringEquals": {"test:text": {"a": "b"}}})),
        19 => set("Condition", json!({"stringequals": {"test:text": "alice"}})),
        20 => document["Id"] = json!("one"),
        11 => drop(elements.remove("Effect")),
        12 => drop(elements.remove("Resource")),
        _ => document["Version"] = json!("2012-10-18"),
    }
}

fn statement(dice: &mut Dice, of_resource: bool) -> Value {
    let mut elements = Map::new();
    let mut set = |name: &str, value: Value| drop(elements.insert(name.to_owned(), value));
    let allows = dice.percent(68);
    set("Effect", json!(if allows { "Allow" } else { "Deny" }));
    let actions = dice.several(1, 2, action_pattern);
    set(if dice.percent(12) { "NotAction" } else { "Action" }, list(dice, actions));
    if !of_resource || dice.percent(90) {
        let resources = dice.several(1, 2, |dice| resource_pattern(dice, of_resource));
        set(if dice.percent(15) { "NotResource" } else { "Resource" }, list(dice, resources));
    }
    if of_resource {
        let spares = if allows { dice.percent(1) } else { dice.percent(35) };
        let whom = if spares && dice.percent(50) { spared() } else { principals(dice) };
        set(if spares { "NotPrincipal" } else { "Principal" }, whom);
    }
    if dice.percent(5) {
        set("Sid", json!("One1"));
    }
    if dice.percent(60) {
        let mut block = Map::new();
        for _ in 0..=dice.below(5) / 3 {
            let (operator, key, values) = condition(dice);
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            keys[key] = values;
        }
        set("Condition", Value::Object(block));
    }
    Value::Object(elements)
}

/// A list. One member may stand without brackets.
fn list(dice: &mut Dice, mut all: Vec<String>) -> Value {
    if all.len() == 1 && dice.percent(70) { json!(all.remove(0)) } else { json!(all) }
}

const ACTIONS: [&str; 4] = ["execute-api:Invoke", "execute-api:ManageConnections", "s3:GetObject", "s3:PutObject"];

fn action_pattern(dice: &mut Dice) -> String {
    if dice.percent(50) {
        return "*".to_owned();
    }
    let action = dice.text(&ACTIONS);
    let Some((service, name)) = action.split_once(':') else { return action };
    let from = |start| name.chars().skip(start).collect::<String>();
    let until = |end| name.chars().take(end).collect::<String>();
    match dice.below(9) {
        0 => format!("{service}:*"),
        1 => action.to_ascii_uppercase(),
        2 => format!("{service}:{}*", until(3)),
        3 => format!("{service}:*{}", from(2)),
        4 => format!("{service}:?{}", from(1)),
        5 => format!("{service}:{name}?"),
        6 => format!("{service}:{}*{}", until(1), name.to_ascii_lowercase()),
        _ => action,
    }
}

/// The accounts, roles, sessions and users that `NotPrincipal` has to name together.
fn spared() -> Value {
    json!({"AWS": [
        "arn:aws:iam::123456789012:root",
        "999988887777",
        "arn:aws:iam::123456789012:role/deploy",
        "arn:aws:sts::123456789012:assumed-role/deploy/ci",
        "arn:aws:iam::123456789012:user/alice",
        "arn:aws:iam::999988887777:user/alice",
    ]})
}

fn principals(dice: &mut Dice) -> Value {
    if dice.percent(25) {
        return json!("*");
    }
    let names = dice.several(1, 3, principal);
    match dice.below(12) {
        0 => json!({"AWS": list(dice, names), "Service": "apigateway.amazonaws.com"}),
        1 => json!({"Service": "apigateway.amazonaws.com"}),
        2 => json!({"Federated": "accounts.google.com"}),
        _ => json!({"AWS": list(dice, names)}),
    }
}

fn principal(dice: &mut Dice) -> String {
    let partition = if dice.percent(85) { "aws" } else { "aws-cn" };
    let account = dice.one(&ACCOUNTS);
    let path = if dice.percent(80) { "/" } else { "/staff/" };
    let role = if dice.percent(80) { "deploy" } else { "alice" };
    let user = dice.one(&["alice", "alice", "Alice", "deploy"]);
    match dice.below(9) {
        0 => "*".to_owned(),
        1 => (*account).to_owned(),
        2 => format!("arn:{partition}:iam::{account}:root"),
        3 | 4 => format!("arn:{partition}:iam::{account}:role{path}{role}"),
        5 => format!("arn:{partition}:sts::{account}:assumed-role/{role}/ci"),
        6 => dice.text(&["AIDAEXAMPLEALICE0001", "AROAEXAMPLEDEPLOY001"]),
        _ => format!("arn:{partition}:iam::{account}:user{path}{user}"),
    }
}
