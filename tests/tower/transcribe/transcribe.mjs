// Streams audio with the AWS SDK for JavaScript to an endpoint, and sends each event after the answer to the one before it. Prints each
// answer, and then `complete` or the error.
import { StartStreamTranscriptionCommand, TranscribeStreamingClient } from "@aws-sdk/client-transcribe-streaming";

const [endpoint, accessKeyId, secretAccessKey] = process.argv.slice(2);
const client = new TranscribeStreamingClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
});

let answered;
let answer = new Promise((resolve) => (answered = resolve));

async function* audio() {
  for (let n = 1; n <= 5; n++) {
    yield { AudioEvent: { AudioChunk: new Uint8Array(1000 * n).fill(n) } };
    if (n < 5) {
      await answer;
      answer = new Promise((resolve) => (answered = resolve));
    }
  }
}

try {
  const settings = { LanguageCode: "en-US", MediaSampleRateHertz: 16000, MediaEncoding: "pcm" };
  const response = await client.send(new StartStreamTranscriptionCommand({ ...settings, AudioStream: audio() }));
  for await (const event of response.TranscriptResultStream) {
    console.log(event.TranscriptEvent.Transcript.Results[0].ResultId);
    answered();
  }
  console.log("complete");
} catch (error) {
  console.log(`error ${error.$metadata?.httpStatusCode ?? "in the stream"}`);
}
process.exit();
