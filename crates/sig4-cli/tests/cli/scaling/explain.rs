//! An answer of AWS is explained, and a client's log read, in time that grows with its length, whatever it repeats.

use sig4::explain::{AwsResponse, ClientLog};
use sig4_test_support::counted::{self, WORK};
use std::hint::black_box;

/// Ten times the bytes cost at most so many times the instructions, where they are only read: sorting is all that grows faster.
const MOST: f64 = 14.0;
/// The same where the smaller answer already takes all the tries that explaining may make.
const MOST_OF_A_BUDGET: f64 = 6.0;
/// The bytes of the smaller answer; the other one has ten times as many.
const BYTES: usize = 3_000;

/// `text` again and again, to at most so many bytes; `#` becomes the number of the piece.
fn repeated(text: &str, len: usize) -> String {
    (0..)
        .map(|n: usize| text.replace('#', &format!("{n:05}")))
        .scan(0, |sum, piece| {
            *sum += piece.len();
            (*sum <= len).then_some(piece)
        })
        .collect()
}

/// An answer, and the client's canonical request.
fn answer(shape: &str, len: usize) -> (String, String) {
    let json = |canonical: &str| {
        format!(
            "{{\"message\":\"The Canonical String for this request should have been\n\u{27}{canonical}\u{27}\n\n\
         The String-to-Sign should have been\n\u{27}AWS4-HMAC-SHA256\n20150830T123600Z\n\
         20150830/us-east-1/execute-api/aws4_request\nf00d\u{27}\n\"}}"
        )
        .replace('\n', "\\n")
    };
    let client = "GET\n/b\n\nhost:h\n\nhost\ne3b0".to_owned();
    let with = |path: &str, query: &str, headers: &str, names: &str| {
        format!("GET\n{path}\n{query}\nhost:h\n{headers}\nhost{names}\ne3b0")
    };
    let aws = match shape {
        "Entities" => return (format!("<Message>{}</Message>", repeated("&", len)), client),
        "Quotes" => {
            return (
                format!(
                    "{{\"message\":\"The Canonical String for this request should have been '{}\"}}",
                    repeated("''", len)
                ),
                client,
            );
        }
        "Tokens" => with("/", &repeated("x-amz-security-token:", len), "", ""),
        "Segments" => with(&repeated("/a/..", len), "", "", ""),
        "Names" => with("/", "", "", &repeated(";x-#", len)),
        "OtherHeaders" => {
            let headers =
                |value: &str| with("/", "", &repeated(&format!("x-#:{value}\n"), len / 2), &repeated(";x-#", len / 2));
            return (json(&headers("a")), headers("b"));
        }
        other => panic!("{other} is no shape"),
    };
    (json(&aws), client)
}

/// Valgrind counts while this runs.
#[inline(never)]
fn sig4_scaling_explains(answer: &str, client: &str) {
    let response = AwsResponse::parse(answer).expect("it is an answer");
    let report = response.report(Some(client));
    black_box((report.to_string(), report.to_json()));
}

/// Logs that repeat what looks like the beginning of a canonical request. If reading one of them grew faster than its length, it would
/// soon take more than all the others.
fn logs(len: usize) -> Vec<String> {
    let shapes = [
        "GET\n/\n\na:b\n",
        "a:canonicalrequest:GET\nb:#\nc:#\n",
        "a:GET\na:/\na:\na:b:c\n",
        "GET\\n/\\n\\na:b\\n",
        "\\\\\\n\\\\n\\n",
        "'GET\\n'\n'/\\n'\n",
        "\u{1b}[1;\u{1b}[",
        "AWS4-HMAC-SHA256\n#\na/b\n",
    ];
    shapes.map(|shape| repeated(shape, len)).into()
}

/// Valgrind counts while this runs.
#[inline(never)]
fn sig4_scaling_log_reads(logs: &[String]) {
    for log in logs {
        black_box(ClientLog::parse(log));
    }
}

/// Explains one answer, or reads the logs.
pub fn work(shape: &str, len: usize) {
    if shape == "Logs" {
        return sig4_scaling_log_reads(&logs(len));
    }
    let (answer, client) = answer(shape, len);
    sig4_scaling_explains(&answer, &client);
}

macro_rules! grows_with_the_answer {
    ($($name:ident $shape:literal $most:ident)+) => {
        $(#[test]
        fn $name() {
            counted::assert_grows(concat!("Explain:", $shape), WORK, BYTES, $most);
        })+
    };
}

grows_with_the_answer! {
    an_answer_of_entities_is_linear "Entities" MOST
    an_answer_of_quotes_is_linear "Quotes" MOST
    an_answer_of_tokens_is_linear "Tokens" MOST_OF_A_BUDGET
    an_answer_of_dot_segments_is_linear "Segments" MOST
    an_answer_of_names_is_linear "Names" MOST_OF_A_BUDGET
    an_answer_of_other_headers_is_linear "OtherHeaders" MOST_OF_A_BUDGET
    logs_are_linear "Logs" MOST
}
