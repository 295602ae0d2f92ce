//! Mistakes in the host and the headers.

use crate::explain::cause::{Cause, causes};

causes! {
    // curl/curl#9550, minio/minio-js#262.
    HOST_WITH_PORT = "host-with-port",
        "the client signed the host with a port, and the request arrived with a host without one",
        "sign the Host header exactly as it is sent: `example.com` for port 443 of https and port 80 of http, with \
         the port (`example.com:8443`) otherwise; if a proxy cuts the port, have it pass Host on unchanged",
        workaround = "write the URL without `:443` or `:80`; with another port, have the proxy pass Host on \
         unchanged (nginx: `proxy_set_header Host $http_host`)";
    // seaweedfs/seaweedfs#6511, apache/opendal-reqsign#22.
    HOST_WITHOUT_PORT = "host-without-port",
        "the client signed the host without the port that it was sent with",
        "sign the Host header exactly as it is sent, with its port: `example.com:8443`; if a proxy adds the port, have \
         it pass Host on unchanged",
        workaround = "send the Host header without the port: leave `:443` and `:80` out of the URL, and with another \
         port set the header yourself";
    HOST_LOWER_CASED = "host-lower-cased",
        "the client signed the host in lower case and sent it with capital letters",
        "sign the Host header exactly as it is sent",
        workaround = "write the host of the URL in lower case",
        versions = "botocore and aws4fetch sign the host in lower case";
    // aws/aws-sdk-go#1473, awslabs/aws-sigv4-proxy#90, aws-amplify/amplify-js#1339.
    HOST_OF_PROXY = "host-of-proxy",
        "the client signed another host than the one that the service received",
        "sign the host that the service receives, or have the proxy pass the client's Host header on unchanged \
         (nginx: `proxy_set_header Host $http_host`); a verifier behind a proxy can be told the public host \
         (`--authority`, `with_authority`)",
        workaround = "call the service at the host that it receives, not at the proxy's or at an alias";
    // fog/fog-aws#160, apache/arrow-rs-object-store#510.
    HEADER_WHITESPACE_KEPT = "header-whitespace-kept",
        "the client signed spaces of a header value that have to be removed for the signature",
        "remove spaces and tabs at both ends of the value, and replace each run of them inside with one space: sign \
         `a b` for `  a   b `",
        workaround = "send the header value without spaces at its ends and without two spaces in a row";
    HEADER_QUOTED_KEPT = "header-quoted-whitespace-kept",
        "the client signed several spaces inside quotes of a header value as they are",
        "replace each run of spaces with one space inside quotes, too: sign `\"a b\"` for `\"a  b\"`",
        workaround = "send the header value without two spaces in a row";
    HEADER_TAB_KEPT = "header-tab-kept",
        "the client signed a tab of a header value as a tab",
        "treat a tab like a space: replace each run of spaces and tabs with one space",
        workaround = "send a space instead of the tab",
        versions = "the Rust crate aws-sigv4 and aws-sdk-go-v2 replace only spaces";
    HEADER_NBSP_FOLDED = "header-nbsp-folded",
        "the client treated a no-break space (U+00A0) of a header value like a space",
        "replace only spaces and tabs (bytes 0x20 and 0x09) before signing, no other white space of Unicode",
        workaround = "replace the no-break space in the header value with a plain space",
        versions = "botocore and aws4 do this";
    HEADER_CHARSET = "header-charset",
        "the client signed a header value in another character encoding than it sent it in",
        "encode the value to bytes once, sign these bytes and send them",
        workaround = "use only ASCII in header values, for example with percent-encoding";
    // aws/aws-sdk-java-v2#2501; aws4fetch.
    HEADER_VALUES_COMMA_SPACE = "header-values-comma-space",
        "the client joined the values of a repeated header with `, ` for the signature",
        "join the values with `,` alone: sign `x-a:1,2` for `X-A: 1` and `X-A: 2`",
        workaround = "send the header once, with all values in it (`X-A: 1,2`)",
        versions = "the Headers class of the Fetch API joins with `, `, so aws4fetch does it";
    HEADER_FIRST_VALUE_ONLY = "header-first-value-only",
        "the client signed only the first value of a repeated header",
        "sign all values, joined with `,`: `x-a:1,2` for `X-A: 1` and `X-A: 2`",
        workaround = "send the header once, with all values in it (`X-A: 1,2`)",
        versions = "reqsign signs only the first value";
    HEADER_LAST_VALUE_ONLY = "header-last-value-only",
        "the client signed only the last value of a repeated header",
        "sign all values, joined with `,`: `x-a:1,2` for `X-A: 1` and `X-A: 2`",
        workaround = "send the header once, with all values in it (`X-A: 1,2`)",
        versions = "aws-sign-v4 and @smithy/signature-v4 keep the last value";
    HEADER_VALUES_AS_LINES = "header-values-as-lines",
        "the client signed each value of a repeated header as a line of its own",
        "sign one line for each name, with the values joined with `,`: `x-a:1,2` for `X-A: 1` and `X-A: 2`",
        workaround = "send the header once, with all values in it (`X-A: 1,2`)";
    HEADER_VALUES_SORTED = "header-values-sorted",
        "the client sorted the values of a repeated header for the signature",
        "join the values in the order in which they are sent",
        workaround = "send the values of the header in alphabetical order, those with a capital letter before the others";
    HEADERS_MISSORTED = "headers-missorted",
        "the client did not sort the headers by name for the signature",
        "sort the headers by their name in lower case, without the value: `x-a` comes before `x-a-b`",
        workaround = "sign fewer headers: remove one of two whose names begin alike (`x-a` and `x-a-b`)",
        versions = "curl 7.88 and aws-sign-v4 sort whole lines, in which `x-a-b:` comes before `x-a:`";
    HEADER_NAMES_NOT_LOWERED = "header-names-not-lowered",
        "the client signed header names with capital letters",
        "write header names in lower case in the canonical request and in SignedHeaders: `x-amz-date`, not \
         `X-Amz-Date`",
        workaround = "write the names of the headers that you add in lower case";
    HEADER_NAMES_REPEATED = "header-names-repeated",
        "the list SignedHeaders has a name twice",
        "list each header name once, and join its values with `,`",
        workaround = "send each header once, with all values in it (`X-A: 1,2`)",
        versions = "curl lists a name once for each `-H`";
    HEADER_NAMES_EMPTY = "header-names-empty",
        "the list SignedHeaders has an empty name",
        "leave the empty name out, and sign a header without a value as `x-empty:` with its name in the list",
        workaround = "give the header a value, or do not send it",
        versions = "curl writes this list for `-H 'X-Empty;'`";
    // FantasticFiasco/aws-signature-version-4#1231, boto/botocore#3643, rustfs/rustfs#438.
    HEADER_CHANGED = "header-changed",
        "a signed header arrived with another value than was signed",
        "sign only `host`, `content-type` and `x-amz-*`, and no header that proxies and HTTP libraries set \
         (User-Agent, Accept-Encoding, Connection, Via, X-Forwarded-*)",
        workaround = "do not set the header yourself, or have the proxy pass it on unchanged";
    HEADER_NOT_SIGNED = "header-not-signed",
        "the client did not sign a header that has to be signed",
        "sign `host` and each `x-amz-*` header that is sent, in the order of their names: add headers before signing, not \
         after",
        workaround = "give the header to the client as part of the request, not to a middleware or proxy behind it";
    HEADER_MISSING = "header-missing",
        "the list SignedHeaders names a header that did not arrive",
        "sign only headers that are sent, and leave out those that a proxy removes (Connection, Keep-Alive, TE, \
         Transfer-Encoding, Upgrade, Proxy-*)",
        workaround = "send the header, or have the proxy in between pass it on";
    HEADER_LISTED_NOT_SIGNED = "header-listed-not-signed",
        "the list SignedHeaders names a header whose line the client did not sign",
        "make the canonical request's header lines and SignedHeaders from the same list";
    HEADER_SIGNED_NOT_LISTED = "header-signed-not-listed",
        "the client signed a header that the list SignedHeaders does not name",
        "make the canonical request's header lines and SignedHeaders from the same list";
    TOKEN_NOT_SIGNED = "token-not-signed",
        "the client did not sign the session token",
        "add the header or parameter X-Amz-Security-Token before signing, so that it is signed like the others",
        workaround = "give the token to the client together with the keys (`session_token`, AWS_SESSION_TOKEN), and \
         do not add the header yourself";
    TOKEN_SIGNED = "token-signed",
        "the client signed the session token, and this service expects it to be added after signing",
        "sign without X-Amz-Security-Token, and add it to the URL afterwards, as AWS IoT (iotdevicegateway) expects",
        workaround = "use a client that knows this service (AWS IoT over WebSockets)";
    // awslabs/aws-c-auth#109.
    TOKEN_SIGNED_TWICE = "token-signed-twice",
        "the client sent or signed the session token twice",
        "add X-Amz-Security-Token in one place only",
        workaround = "give the token to the client together with the keys, and do not set the header or parameter \
         yourself";
    HEADER_ONE_VALUE_ONLY = "header-one-value-only",
        "the client sent a header several times, and signed only one of its values",
        "sign all values, joined with `,` in the order in which they are sent: `x-a:1,2,3`",
        workaround = "send the header once, with all values in it (`X-A: 1,2,3`)";
    HEADER_VALUES_REORDERED = "header-values-reordered",
        "the client signed the values of a repeated header in another order than the service received them in",
        "join the values in the order in which they are sent",
        workaround = "send the header once, with all values in it (`X-A: 1,2`): neither the client nor a proxy reorders these";
    HEADER_EMPTY_VALUES_DROPPED = "header-empty-values-dropped",
        "the client left an empty value of a repeated header out of the signature",
        "keep empty values when you join: `X-A: 1` and an empty `X-A:` are signed as `x-a:1,`",
        workaround = "do not send the header without a value";
    HEADER_VALUES_OTHER_SEPARATOR = "header-values-other-separator",
        "the client joined the values of a repeated header with something else than `,` for the signature",
        "join the values with `,` alone: sign `x-a:1,2` for `X-A: 1` and `X-A: 2`",
        workaround = "send the header once, with all values in it (`X-A: 1,2`)";
    // RFC 9113 section 8.2.3.
    COOKIES_JOINED = "cookies-joined",
        "the client signed its cookies as one header, and the service received them as several",
        "do not sign the header `cookie`: HTTP/2 splits it at `; `, and a proxy may join it again",
        workaround = "exclude `cookie` from the signed headers, or call the service over HTTP/1.1";
    HEADER_SIGNED_TWICE = "header-signed-twice",
        "the client signed a header with its value twice, and the service received it once",
        "set the header in one place: the signer and the HTTP client, or your own code, both set it",
        workaround = "do not set the header yourself: the client sets it";
    HEADER_SIGNED_EMPTY = "header-signed-empty",
        "the client signed a header before it had its value: empty, or as a text such as `undefined`",
        "set the header before signing, or do not sign it",
        workaround = "set the header yourself, so that the HTTP client does not set it after signing";
    HEADER_VALUE_ENCODED = "header-value-encoded",
        "the client signed a header value percent-encoded and sent it decoded, or the other way round",
        "encode the value once, before signing, and sign the bytes that are sent",
        workaround = "use only ASCII letters, digits and `-._~` in the value";
    HEADER_QUOTES_CHANGED = "header-quotes-changed",
        "the client signed a header value without the quotes that it was sent with, or with quotes that it was not sent with",
        "sign the value as it is sent, with its quotes",
        workaround = "write the value without quotes, or do not sign the header";
    HEADER_DATE_REWRITTEN = "header-date-rewritten",
        "the client signed the date in a header in another format than the service received it in",
        "write the date once, in the format that is sent (`Sun, 30 Aug 2015 12:36:00 GMT`), or do not sign the header",
        workaround = "set the header as a text in that format, not as a date";
    HOST_WITH_OTHER_PORT = "host-with-other-port",
        "the client signed the host with another port than the one that the service received",
        "sign the Host header that the service receives; if a proxy changes the port, have it pass Host on unchanged \
         (nginx: `proxy_set_header Host $http_host`), or tell the verifier the public host and port",
        workaround = "call the service with the port that it sees, or through a proxy that passes Host on unchanged";
    HOST_IS_URL = "host-is-url",
        "the client signed the URL, or a part of it, in place of the host",
        "sign the host of the URL alone: `example.com`, without `https://` and without a path",
        workaround = "set the client's option for the host to the host alone: `example.com`";
    HOST_EMPTY = "host-empty",
        "the client signed an empty host, or a text such as `undefined`",
        "take the host from the URL that is called, before signing",
        workaround = "set the client's option for the host or the endpoint";
    HOST_OF_AWS = "host-of-aws-endpoint",
        "the client signed for one endpoint of the service, and the request went to another",
        "sign for the host that is called: a signature, also that of a presigned URL, holds for one host",
        workaround = "set the client's endpoint URL, and path style or virtual-host style for S3, to the host that is called; \
         do not change the host of a presigned URL";
}
