// Signs, presigns and verifies in WebAssembly: node run.mjs sig4.wasm
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const wasm = instance.exports;
const bytes = () => new Uint8Array(wasm.memory.buffer, wasm.text(), wasm.text_len());
const text = () => new TextDecoder().decode(bytes());
const ok = (done) => assert.ok(done, text());

// The signatures that AWS's guides publish.
ok(wasm.sign(Date.parse("2015-08-30T12:36:00Z")));
assert.match(text(), /Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7$/);
const day = Date.parse("2013-05-24T00:00:00Z");
ok(wasm.presign(day));
const url = text();
assert.match(url, /X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404$/);

ok(wasm.verify(day));
assert.equal(text(), "AKIAIOSFODNN7EXAMPLE");

// A URL with another path, and one that has expired.
const presigned = (at) => (ok(wasm.presign(at)), bytes());
const forged = presigned(day);
forged[forged.findIndex((_, n) => url.startsWith("test.txt", n))] ^= 1;
assert.match(text(), /\/uest\.txt\?/);
assert.ok(!wasm.verify(day));
assert.match(text(), /signature/);
presigned(day);
assert.ok(!wasm.verify(day + 86_401_000));
assert.match(text(), /expired/);

// The present time, which only JavaScript knows.
presigned(Date.now());
ok(wasm.verify(Date.now()));
console.log("sig4 signs, presigns, verifies and refuses in WebAssembly");
