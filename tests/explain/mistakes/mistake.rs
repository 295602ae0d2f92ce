//! The mistakes that the wrong signer can make, each a deviation from what AWS's documentation says.

/// One mistake. Those with a value say what is put in place of the right one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mistake {
    // The path.
    /// Encodes the path once less than the service wants.
    PathOnceLess,
    /// Encodes the path once more than the service wants.
    PathOnceMore,
    /// Leaves dot segments and repeated slashes where they should go.
    PathNotNormalized,
    /// Resolves dot segments and merges slashes where they should stay.
    PathNormalized,
    /// Merges repeated slashes, and does nothing about dot segments.
    PathSlashesMerged,
    /// Signs the path that its server decoded.
    PathDecoded,
    /// Reads `%2F` as a slash.
    PathSlashDecoded,
    /// Reads `+` as a space.
    PathPlusAsSpace,
    /// Signs the path as it is on the wire, where the service decodes and encodes it.
    PathVerbatim,

    /// Writes percent sequences with lower-case digits.
    PathHexLower,
    /// Encodes `~`.
    PathTildeEncoded,
    /// Encodes slashes.
    PathSlashEncoded,
    /// Signs the path without its first segment.
    PathWithoutStage,
    /// Signs a slash at the end.
    PathTrailingSlash,

    /// Signs an empty line for the path `/`.
    PathEmpty,
    /// Signs `/` whatever the path is.
    PathOmitted,
    /// Leaves a slash where a final dot segment was.
    PathFinalSlash,
    /// Resolves dot segments and keeps repeated slashes.
    PathSlashesKept,
    /// Encodes no character that a path segment may hold.
    PathReservedKept,
    /// Signs this path.
    PathIs(&'static str),

    // The query.
    /// Leaves the parameters in the order given.
    QueryUnsorted,
    /// Sorts the parameters by their decoded names and values.
    QuerySortedBeforeEncoding,
    /// Sorts `name=value` as one text.
    QuerySortedAsPairs,
    /// Leaves names and values as they are on the wire.
    QueryNotEncoded,
    /// Encodes names and values as they are on the wire once more.
    QueryEncodedTwice,
    /// Reads `+` as a plus sign.
    QueryPlusLiteral,
    /// Reads `+` as a space, where the service reads a plus sign.
    QueryPlusAsSpace,
    /// Reads `+` and `%2B` as a space.
    QueryEncodedPlusAsSpace,
    /// Gives a parameter without `=` none.
    QueryBareKey,
    /// Keeps the first value of a repeated name.
    QueryFirstValueOnly,
    /// Keeps the last value of a repeated name.
    QueryLastValueOnly,
    /// Sorts by name alone.
    QueryValuesUnsorted,
    /// Leaves the query out.
    QueryOmitted,
    /// Takes the nothing between `&&` for a parameter without a name.
    QueryEmptyPairKept,
    /// Cuts a value at its second `=`.
    QueryCutAtSecondEquals,

    /// Writes spaces as `+`.
    QuerySpaceAsPlus,
    /// Leaves a parameter without a value out.
    QueryBareKeyDropped,
    /// Writes `null` for a value that is not there.
    QueryBareKeyNull,
    /// Encodes `~`.
    QueryTildeEncoded,

    /// Signs this query.
    QueryIs(&'static str),
    /// Signs the decoded query.
    QueryDecoded,
    /// Writes percent sequences with lower-case digits.
    QueryHexLower,
    /// Drops a parameter with a semicolon.
    QuerySemicolonDropped,
    /// Sorts without regard to case.
    QuerySortedIgnoringCase,
    /// Joins the values of a repeated name with commas.
    QueryValuesJoined,
    /// Leaves the signature's own parameters out.
    QueryAmzOmitted,

    // The host.
    /// Adds the scheme's default port.
    HostWithPort,
    /// Drops the port.
    HostWithoutPort,
    /// Lower-cases the host.
    HostLowerCased,
    /// Signs another host than the one that arrives.
    HostOf(&'static str),

    // The headers.
    /// Keeps runs of spaces inside a value.
    HeaderSpacesKept,
    /// Neither trims nor folds a value.
    HeaderValueVerbatim,
    /// Folds spaces, and no tabs.
    HeaderTabKept,
    /// Folds U+00A0 as if it were a space.
    HeaderNbspFolded,
    /// Joins the values of a repeated name with `, `.
    HeaderValuesCommaSpace,
    /// Keeps the first value of a repeated name.
    HeaderFirstValueOnly,
    /// Keeps the last value of a repeated name.
    HeaderLastValueOnly,
    /// Writes a line for each value of a repeated name.
    HeaderValuesAsLines,
    /// Sorts the values of a repeated name.
    HeaderValuesSorted,
    /// Writes a line for each value, and the name for each.
    HeaderNamesRepeated,
    /// Sorts `name:value` as one text.
    HeaderLinesSorted,
    /// Leaves the headers in the order of the wire.
    HeadersUnsorted,
    /// Leaves the names in the case of the wire.
    HeaderNamesNotLowered,
    /// Leaves this header out of the signature.
    HeaderNotSigned(&'static str),
    /// Something on the way gives the header another value.
    HeaderChanged(&'static str, &'static str),
    /// Something on the way takes the header away.
    HeaderMissing(&'static str),

    /// Lists a header that is not in the canonical headers.
    HeaderListedNotSigned(&'static str),
    /// Does not list a header that is in the canonical headers.
    HeaderSignedNotListed(&'static str),
    /// Signs a value in ISO 8859-1 and sends it in UTF-8.
    HeaderInLatin1,

    /// Signs these lines, and sends and signs this list of names.
    HeadersAs(&'static str, &'static str),

    // The rest of the canonical request.
    /// Signs another method.
    MethodOf(&'static str),
    /// Signs no body.
    PayloadEmpty,
    /// Signs `UNSIGNED-PAYLOAD`.
    PayloadUnsigned,
    /// Says and signs `UNSIGNED-PAYLOAD`.
    PayloadSaidUnsigned,
    /// Signs another spelling of the body.
    PayloadOf(&'static str),

    /// Writes the body's hash in upper case.
    PayloadHashUpper,
    /// Leaves the last line empty.
    PayloadLeftOut,
    /// Ends with the body itself.
    PayloadNotHashed,
    /// Ends lines with CR LF.
    CanonicalCrlf,
    /// Ends with a line break.
    CanonicalTrailingNewline,
    /// Leaves out the empty line after the headers.
    CanonicalNoBlankLine,

    /// Signs the body's hash in a URL of S3.
    PayloadSigned,

    // The string to sign.
    /// Ends the string to sign with the canonical request.
    StringToSignUnhashed,
    /// Ends the string to sign with a hash in upper case.
    StringToSignHashUpper,
    /// Ends the string to sign with a line break.
    StringToSignTrailingNewline,

    // The time and the scope.
    /// Signs at another time.
    SignedAt(&'static str),
    /// Takes another time into the string to sign than `x-amz-date` says.
    StringToSignAt(&'static str),
    /// Sends the time in this spelling.
    DateAs(&'static str),
    /// Sends the time in a `Date` header, as HTTP writes it, and in no other.
    DateInDateHeader(&'static str),
    /// Names another region, and signs with its key.
    ScopeRegion(&'static str),
    /// Names another service, and signs with its key.
    ScopeService(&'static str),
    /// Names another day, and signs with its key.
    ScopeDay(&'static str),
    /// Ends the scope otherwise.
    ScopeTerminator(&'static str),

    // The key.
    /// Derives the key for another region than it names.
    KeyRegion(&'static str),
    /// Derives the key for another service than it names.
    KeyService(&'static str),
    /// Derives the key for another day than it names.
    KeyDay(&'static str),
    /// Forgets to begin with `AWS4`.
    KeyWithoutPrefix,
    /// Chains the steps of the derivation in hexadecimal digits.
    KeyHex,
    /// Signs with the secret itself.
    KeyNotDerived,
    /// Takes the service before the region.
    KeyPartsSwapped,
    /// Leaves out the last step of the derivation.
    KeyWithoutTerminator,
    /// Signs with another secret.
    Secret(&'static str),
    /// Names another access key id.
    AccessKeyId(&'static str),

    // The session token.
    /// Sends the token outside the signature.
    TokenNotSigned,
    /// Sends the token twice.
    TokenTwice,
    /// Forgets the token.
    TokenMissing,
    /// Sends another token.
    TokenOf(&'static str),

    // What carries the signature.
    /// Sends the request without a signature.
    NotSigned,
    /// Signs in the query and in a header.
    SignedTwice,
    /// Sends another algorithm's name.
    Algorithm(&'static str),
    /// Sends this piece of the header in place of that one.
    Authorization(&'static str, &'static str),
    /// Sends the signature in upper case.
    SignatureUpper,
    /// Says that a URL lasts this long.
    Expires(&'static str),
    /// Something on the way adds this header.
    HeaderGained(&'static str, &'static str),
    /// Something on the way puts another body in.
    BodyBecomes(&'static str),
    /// Something on the way appends this to the query.
    QueryGains(&'static str),
    /// Something on the way puts this in place of that in the query.
    QueryChanges(&'static str, &'static str),
    /// Something on the way appends this to the path.
    PathGains(&'static str),
    /// Something on the way puts another path in.
    PathBecomes(&'static str),
}
