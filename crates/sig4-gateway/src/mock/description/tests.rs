use super::{MockDescription, MockResponse};
use http::{HeaderMap, StatusCode};
use sig4_iam::JsonPath;
use std::collections::BTreeMap;

fn map<const N: usize>(members: [(&str, &str); N]) -> BTreeMap<String, String> {
    members.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn response(status: &str, pattern: Option<&str>) -> MockResponse {
    MockResponse { status_code: status.to_owned(), selection_pattern: pattern.map(str::to_owned), ..Default::default() }
}

/// With the request template of the CDK.
fn mock(responses: Vec<MockResponse>) -> MockDescription {
    let request_templates = map([("application/json", "{ statusCode: 200 }")]);
    MockDescription { request_templates, responses, ..Default::default() }
}

fn status(mock: &MockDescription) -> StatusCode {
    mock.integration(&JsonPath::root()).unwrap().status()
}

#[test]
fn a_pattern_beats_the_default_and_the_own_status_beats_other_patterns() {
    let all = [response("204", None), response("202", Some("2\\d{2}")), response("200", Some("200|404"))];
    assert_eq!(status(&mock(all.to_vec())), 200);
    assert_eq!(status(&mock(all[..2].to_vec())), 202);
    assert_eq!(status(&mock(all[..1].to_vec())), 204);
    assert_eq!(status(&mock(vec![response("400", Some("400")), response("201", Some(""))])), 201, "an empty pattern");
}

#[test]
fn an_integration_that_states_no_status_or_has_no_response_fails() {
    for mock in [MockDescription::default(), mock(vec![]), mock(vec![response("400", Some("400"))])] {
        let failure = mock.integration(&JsonPath::root()).unwrap().reply(&HeaderMap::new()).unwrap_err();
        assert_eq!(failure.status, 500);
        assert!(failure.cause.starts_with("the MOCK integration has no "));
    }
}

#[test]
fn properties_that_are_not_supported_are_named_with_their_place() {
    let with = |change: fn(&mut MockDescription, &mut MockResponse)| {
        let (mut description, mut response) = (mock(vec![]), response("200", None));
        change(&mut description, &mut response);
        description.responses.push(response);
        description.integration(&JsonPath::root()).unwrap_err().detail()
    };
    for (error, says) in [
        (
            with(|_, response| response.templates = map([("text/plain", "a\n$context.requestId")])),
            "IntegrationResponses[0].ResponseTemplates[\"text/plain\"]: line 2: VTL is not supported",
        ),
        (
            with(|_, response| response.templates = map([("a/b", ""), ("c/d", "")])),
            "IntegrationResponses[0].ResponseTemplates: response templates of several content types",
        ),
        (
            with(|_, response| response.parameters = map([("method.response.header.A", "context.requestId")])),
            "`context.requestId`: only a text in single quotes",
        ),
        (
            with(|_, response| response.parameters = map([("method.response.header.a b", "'x'")])),
            "IntegrationResponses[0]: a response of a MOCK integration cannot have the header `a b`",
        ),
        (with(|_, response| response.parameters = map([("x", "'x'")])), "only `method.response.header.…` is supported"),
        (
            with(|_, response| response.selection_pattern = Some(".*x".to_owned())),
            "IntegrationResponses[0].SelectionPattern: `.*x`",
        ),
        (
            with(|_, response| response.status_code = "x".to_owned()),
            "IntegrationResponses[0].StatusCode: it is not a status",
        ),
        (
            with(|mock, _| mock.passthrough_behavior = Some("x".to_owned())),
            "PassthroughBehavior: there is no passthrough behavior `x`",
        ),
        (
            with(|mock, _| {
                mock.request_templates = map([("application/json", "{\"statusCode\": $input.params('x')}")])
            }),
            "RequestTemplates[\"application/json\"]: line 1: VTL is not supported",
        ),
        (
            with(|mock, _| {
                drop(mock.request_templates.insert("text/plain".to_owned(), "{\"statusCode\": 404}".to_owned()))
            }),
            "different statuses",
        ),
    ] {
        assert!(error.contains(says), "{error}");
    }
}
