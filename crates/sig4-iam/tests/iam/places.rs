//! Errors tell where the mistake is.

use sig4_iam::{Directory, Policy, ResourcePolicy};

#[test]
fn mistakes_in_policies_have_their_place() {
    for (text, words) in [
        (
            "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": \"Alow\", \"Action\": \"*\", \"Resource\": \"*\"}\n  ]\n}",
            "at Statement[0].Effect, line 4, column 16: it is neither \"Allow\" nor \"Deny\": \"Alow\"",
        ),
        (
            "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"},\n{\"Effect\": \"Allow\", \"Action\": [\"s3:*\", \"Invoke\"], \"Resource\": \"*\"}]}",
            "at Statement[1].Action[1], line 2, column 40: an action is written as `service:action`: \"Invoke\"",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n \"Condition\": {\"StringEquals\": {\"aws:userid\": \"a\"},\n \"StringMatches\": {\"aws:userid\": \"a\"}}}}",
            "at Statement.Condition.StringMatches, line 3, column 19: there is no such condition operator",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n \"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"ja\"}}}}",
            "at Statement.Condition.Bool[\"aws:SecureTransport\"], line 2, column 48: it is no boolean: \"ja\"",
        ),
        // Without a key there would be no condition, and without a value the condition could never hold.
        (
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n \"Condition\": {\"StringEquals\": {}}}}",
            "at Statement.Condition.StringEquals, line 2, column 32: there is no condition key",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n \"Condition\": {\"StringEquals\": {\"aws:userid\": []}}}}",
            "at Statement.Condition.StringEquals[\"aws:userid\"], line 2, column 47: the list is empty",
        ),
        (
            "{\"Statement\": {\"Effect\": \"Allow\",\n\"Action\": \"*\", \"Effect\": \"Deny\", \"Resource\": \"*\"}}",
            "at Statement, line 2, column 23: the key \"Effect\" stands twice",
        ),
        ("{\"Version\": \"2012-10-17\",\n}", "trailing comma at line 2 column 1"),
        ("{\"Version\": \"2012-10-17\"}", "line 1, column 1: there is no Statement"),
        ("{} x", "trailing characters at line 1 column 4"),
    ] {
        let error = Policy::parse("p", text).unwrap_err().to_string();
        assert_eq!(error, format!("invalid policy: {words}"), "{text}");
    }
    let text =
        r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": ["*", "x"]}, "Action": "*", "Resource": "*"}}"#;
    let error = ResourcePolicy::parse("p", text).unwrap_err().to_string();
    assert!(
        error.starts_with("invalid policy: at Statement.Principal.AWS[1], line 1, column 62: it is no account"),
        "{error}"
    );
}

#[test]
fn an_error_shows_the_beginning_of_a_long_text_only() {
    let long = "x".repeat(5_000);
    for text in [
        format!(r#"{{"{long}": 1}}"#),
        format!(r#"{{"Version": "{long}", "Statement": {{}}}}"#),
        format!(r#"{{"Statement": {{"Effect": "{long}", "Action": "*", "Resource": "*"}}}}"#),
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{long}", "Resource": "*"}}}}"#),
        format!(r#"{{"{long}": 1, "{long}": 1}}"#),
    ] {
        let error = Policy::parse("p", &text).unwrap_err().to_string();
        assert!(error.len() < 400, "{error}");
    }
}

#[test]
fn mistakes_in_directories_have_their_place() {
    for (text, words) in [
        ("{\"account\": \"1\"}", "invalid directory: at account, line 1, column 13: an account has twelve digits"),
        (
            "{\"account\": \"123456789012\",\n\"users\": {\"bob\": {\"polices\": []}}}",
            "invalid directory: at users.bob.polices, line 2, column 30: there is no such element",
        ),
        (
            "{\"account\": \"123456789012\",\n\"users\": {\"bob\": {\"policies\": [{\"Statement\": {\"Effect\": \"Allow\"}}]}}}",
            "invalid directory: at users.bob.policies[0].Statement, line 2, column 46: there is neither Action nor NotAction",
        ),
    ] {
        assert_eq!(Directory::from_json(text).unwrap_err().to_string(), words);
    }
}
