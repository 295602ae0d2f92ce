//! Frames: every type of header, every limit, every cut and every changed bit.

use bytes::Bytes;
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use sig4::ErrorKind;
use sig4::stream::event::{
    Header, HeaderValue, MAX_HEADER_NAME_LEN, MAX_HEADER_VALUE_LEN, MAX_HEADERS_LEN, MAX_MESSAGE_LEN, MAX_PAYLOAD_LEN,
    Message, MessageDecoder,
};

/// A message with a header of every type, as `aws-c-event-stream` and botocore have it in their tests.
const ALL_TYPES: &str = "000000cc000000af0fae64ca0a6576656e742d74797065040000a00c0c636f6e74656e742d747970650700106170706c6963617469\
                         6f6e2f6a736f6e0a626f6f6c2066616c73650109626f6f6c20747275650004627974650\
                         2cf08627974652062756606001449276d2061206c6974746c6520746561706f74210974696d657374616d700800000000\
                         00845fed05696e74313603002a05696e743634050000000002\
                         8757b20475756964090102030405060708090a0b0c0d0e0f107b27666f6f273a27626172277daba5f10c";

fn all_types() -> Message {
    let headers: [(&str, HeaderValue); 10] = [
        ("event-type", 40_972.into()),
        ("content-type", "application/json".into()),
        ("bool false", false.into()),
        ("bool true", true.into()),
        ("byte", HeaderValue::Byte(-49)),
        ("byte buf", Bytes::from("I'm a little teapot!").into()),
        ("timestamp", HeaderValue::Timestamp(8_675_309)),
        ("int16", HeaderValue::Short(42)),
        ("int64", 42_424_242_i64.into()),
        ("uuid", HeaderValue::Uuid(std::array::from_fn(|n| u8::try_from(n + 1).unwrap()))),
    ];
    headers
        .into_iter()
        .map(|(name, value)| Header::new(name, value).unwrap())
        .fold(Message::new("{'foo':'bar'}"), Message::with_header)
}

/// A message of AWS's own tests, whose checksums hold only if every byte is right.
#[test]
fn every_type_of_header_is_written_and_read() {
    let wire = hex::decode(ALL_TYPES).unwrap();
    assert_eq!(all_types().encode().unwrap(), wire);
    assert_eq!(Message::decode(wire).unwrap(), all_types());
}

#[test]
fn the_shortest_messages() {
    let empty = hex::decode("000000100000000005c248eb7d98c8ff").unwrap();
    assert_eq!(Message::default().encode().unwrap(), empty);
    assert_eq!(Message::decode(empty).unwrap(), Message::default());
    let payload = hex::decode("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936").unwrap();
    assert_eq!(Message::decode(payload).unwrap(), Message::new("{'foo':'bar'}"));
}

#[test]
fn every_changed_bit_and_every_cut_is_found() {
    let wire = all_types().encode().unwrap();
    for bit in 0..8 * wire.len() {
        let mut changed = wire.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Message::decode(changed).unwrap_err().kind(), ErrorKind::InvalidEvent, "bit {bit}");
    }
    for len in 0..wire.len() {
        assert_eq!(Message::decode(wire.slice(..len)).unwrap_err().kind(), ErrorKind::TruncatedStream, "{len} bytes");
    }
    let longer = [&wire, b"x".as_slice()].concat();
    assert_eq!(Message::decode(longer).unwrap_err().kind(), ErrorKind::InvalidEvent);
}

/// A frame with these lengths and right checksums.
fn frame(total: u32, headers_len: u32, rest: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| crc32(bytes).to_be_bytes();
    let mut frame = [total.to_be_bytes(), headers_len.to_be_bytes()].concat();
    frame.extend(crc(&frame));
    frame.extend(rest);
    frame.extend(crc(&frame));
    frame
}

/// The checksum, bit by bit (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc)))
}

fn of_headers(block: &[u8]) -> Vec<u8> {
    let len = u32::try_from(block.len()).unwrap();
    frame(16 + len, len, block)
}

fn refusal(bytes: impl Into<Bytes>) -> String {
    let error = Message::decode(bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidEvent);
    error.to_string()
}

#[test]
fn malformed_headers_are_refused() {
    assert_eq!(Message::decode(of_headers(b"\x01a\x00")).unwrap().header("a"), Some(&true.into()));
    let cut = "invalid event: a header ends after its block";
    for block in [
        b"\x01".as_slice(),
        b"\x01a",
        b"\x02a\x00",
        b"\x01a\x02",
        b"\x01a\x03\x00",
        b"\x01a\x04\x00\x00\x00",
        b"\x01a\x05\x00\x00\x00\x00\x00\x00\x00",
        b"\x01a\x06\x00",
        b"\x01a\x06\x00\x02x",
        b"\x01a\x07\x00\x01",
        b"\x01a\x08\x00",
        b"\x01a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    ] {
        assert_eq!(refusal(of_headers(block)), cut, "{block:?}");
    }
    assert!(refusal(of_headers(b"\x01a\x0a")).ends_with("unknown type 10"));
    assert!(refusal(of_headers(b"\x00\x00")).contains("1 to 255 bytes, not 0"));
    assert!(refusal(of_headers(b"\x01\xff\x00")).contains("UTF-8"));
    assert!(refusal(of_headers(b"\x01a\x07\x00\x01\xff")).contains("UTF-8"));
    let long = [b"\x01a\x06\x80\x00".as_slice(), &[0; 32_768]].concat();
    assert!(refusal(of_headers(&long)).contains("32768 bytes, more than 32767"));
}

#[test]
fn lengths_that_cannot_be_are_refused_before_any_byte_is_kept() {
    let lengths = |total: usize, headers: usize| {
        let [total, headers] = [total, headers].map(|len| u32::try_from(len).unwrap());
        let mut prelude = Bytes::from(frame(total, headers, b"")).slice(..12);
        MessageDecoder::default().decode(&mut prelude).map(|message| assert!(message.is_none()))
    };
    lengths(16, 0).unwrap();
    lengths(MAX_MESSAGE_LEN, MAX_HEADERS_LEN).unwrap();
    for (total, headers) in [
        (15, 0),
        (0, 0),
        (16, 1),
        (100, 85),
        (MAX_MESSAGE_LEN + 1, 0),
        (MAX_MESSAGE_LEN, MAX_HEADERS_LEN + 1),
        (0xffff_ffff, 0),
        (0xffff_ffff, 0xffff_ffff),
        (16, 0xffff_ffff),
    ] {
        assert_eq!(lengths(total, headers).unwrap_err().kind(), ErrorKind::InvalidEvent, "{total} {headers}");
    }
}

#[test]
fn limits_hold_for_writing_and_reading() {
    let name = |len| Header::new("n".repeat(len), true);
    name(MAX_HEADER_NAME_LEN).unwrap();
    assert_eq!(name(MAX_HEADER_NAME_LEN + 1).unwrap_err().kind(), ErrorKind::InvalidEvent);
    assert_eq!(name(0).unwrap_err().kind(), ErrorKind::InvalidEvent);
    let value = |len| Header::new("n", Bytes::from(vec![0; len]));
    assert_eq!(value(MAX_HEADER_VALUE_LEN + 1).unwrap_err().kind(), ErrorKind::InvalidEvent);

    // Four times 32,767 bytes with two lengths, a name and a type each, and the rest.
    let block = |last| {
        let long = value(MAX_HEADER_VALUE_LEN).unwrap();
        let message = (0..3).fold(Message::default(), |message, _| message.with_header(long.clone()));
        message.with_header(value(last).unwrap())
    };
    let fits = block(MAX_HEADERS_LEN - 3 * (MAX_HEADER_VALUE_LEN + 5) - 5);
    assert_eq!(Message::decode(fits.encode().unwrap()).unwrap(), fits);
    let too_long = block(MAX_HEADERS_LEN - 3 * (MAX_HEADER_VALUE_LEN + 5) - 4);
    assert_eq!(too_long.encode().unwrap_err().kind(), ErrorKind::InvalidEvent);

    let fits = Message::new(vec![0; MAX_PAYLOAD_LEN]);
    assert_eq!(Message::decode(fits.encode().unwrap()).unwrap(), fits);
    let too_long = vec![0; MAX_PAYLOAD_LEN + 1];
    let total = u32::try_from(too_long.len() + 16).unwrap();
    assert_eq!(Message::decode(frame(total, 0, &too_long)).unwrap_err().kind(), ErrorKind::InvalidEvent);
    assert_eq!(Message::new(too_long).encode().unwrap_err().kind(), ErrorKind::InvalidEvent);

    let mut small = MessageDecoder::default().with_max_message_len(19);
    assert_eq!(small.decode(&mut Message::new("abc").encode().unwrap()).unwrap(), Some(Message::new("abc")));
    let mut longer = Message::new("abcd").encode().unwrap();
    assert_eq!(small.decode(&mut longer).unwrap_err().kind(), ErrorKind::InvalidEvent);
    assert_eq!(small.decode(&mut Bytes::new()).unwrap_err().kind(), ErrorKind::InvalidEvent, "the error stays");
    assert_eq!(small.finish().unwrap_err().kind(), ErrorKind::InvalidEvent);
}

#[test]
fn a_frame_in_one_piece_is_not_copied() {
    let wire = Message::new("payload").encode().unwrap();
    let message = MessageDecoder::default().decode(&mut wire.clone()).unwrap().unwrap();
    assert_eq!(message.payload().as_ptr(), wire[12..].as_ptr());
}

#[test]
fn debug_shows_no_values() {
    let shown = format!("{:?}", all_types());
    assert!(shown.contains("content-type") && !shown.contains("application/json") && !shown.contains("foo"), "{shown}");
}

fn values() -> impl Strategy<Value = HeaderValue> {
    prop_oneof![
        any::<bool>().prop_map(HeaderValue::Bool),
        any::<i8>().prop_map(HeaderValue::Byte),
        any::<i16>().prop_map(HeaderValue::Short),
        any::<i32>().prop_map(HeaderValue::Integer),
        any::<i64>().prop_map(HeaderValue::Long),
        any::<i64>().prop_map(HeaderValue::Timestamp),
        any::<[u8; 16]>().prop_map(HeaderValue::Uuid),
        ".*".prop_map(HeaderValue::String),
        any::<Vec<u8>>().prop_map(|bytes| HeaderValue::Bytes(bytes.into())),
        Just(HeaderValue::String(String::new())),
    ]
}

fn a_message() -> impl Strategy<Value = Message> {
    let headers = prop::collection::vec(("[a-zé:-]{1,40}", values()), 0..6);
    (headers, any::<Vec<u8>>()).prop_map(|(headers, payload)| {
        headers
            .into_iter()
            .map(|(name, value)| Header::new(name, value).unwrap())
            .fold(Message::new(payload), Message::with_header)
    })
}

proptest! {
    #[test]
    fn messages_in_any_pieces_are_read_as_they_were_written(
        messages in prop::collection::vec(a_message(), 0..5),
        len in 1_usize..50,
    ) {
        let wire = messages.iter().map(|message| message.encode().unwrap()).collect::<Vec<_>>().concat();
        let (mut decoder, mut read) = (MessageDecoder::default(), Vec::new());
        for piece in wire.chunks(len) {
            let mut piece = Bytes::copy_from_slice(piece);
            while let Some(message) = decoder.decode(&mut piece).unwrap() {
                read.push(message);
            }
        }
        decoder.finish().unwrap();
        assert_eq!(read, messages);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = Message::decode(bytes);
    }
}
