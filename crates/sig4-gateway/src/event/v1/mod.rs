//! What only an event of payload format 1.0 has.
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway" and "Input format of a Lambda function for proxy
//! integration". What these leave open is taken from recordings of the service: aws/aws-lambda-dotnet, the snapshots
//! `*Rest.json` and `*HttpV1.json` of `Tools/LambdaTestTool-v2`; localstack/localstack, `test_lambda_aws_proxy_integration`.

pub(crate) mod headers;
pub(crate) mod json;

/// What only an event of payload format 1.0 has.
#[derive(Clone, Debug)]
pub(crate) struct FormatV1 {
    /// `None` for an HTTP API.
    pub(crate) rest: Option<RestFields>,
    /// The path as it was sent: without the stage for a REST API, with it for an HTTP API.
    pub(crate) path: String,
    /// The headers in the spelling of the event, each with all its values.
    pub(crate) headers: Vec<(String, Vec<String>)>,
}

/// What only the event of a REST API has.
#[derive(Clone, Debug)]
pub(crate) struct RestFields {
    pub(crate) deployment_id: String,
    pub(crate) resource_id: String,
    pub(crate) extended_request_id: String,
}

/// Makes up the id of a part of a REST API: six letters and digits, as in the ids of AWS, the same for the same names.
pub(crate) fn made_up_id(api_id: &str, part: &str) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    // FNV-1a of 64 bits: the id is the same on every run and every machine.
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let mut hash = api_id.as_bytes().iter().chain(b"\0").chain(part.as_bytes()).fold(0xcbf2_9ce4_8422_2325, step);
    let letter = |_| {
        let (index, rest) = (hash % 36, hash / 36);
        hash = rest;
        usize::try_from(index).ok().and_then(|index| LETTERS.get(index)).map_or('a', |letter| char::from(*letter))
    };
    (0..6).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::made_up_id;

    #[test]
    fn an_id_depends_on_the_names_alone() {
        let id = made_up_id("abc", "/pets");
        assert!(id.len() == 6 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{id}");
        assert_eq!(id, made_up_id("abc", "/pets"));
        for (api, part) in [("abd", "/pets"), ("abc", "/pet"), ("abc/", "pets"), ("abc", "")] {
            assert_ne!(id, made_up_id(api, part));
        }
    }
}
