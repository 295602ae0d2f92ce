import { useState } from 'react';
import { call } from './call.js';

export function Page() {
  const [answer, setAnswer] = useState({ state: 'none' });
  const submit = async (event) => {
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(event.currentTarget));
    setAnswer({ state: 'waiting' });
    setAnswer(await call(typed).then(
      (answered) => ({ state: 'answered', ...answered }),
      (error) => ({ state: 'failed', text: `${error.name}: ${error.message}` }),
    ));
  };
  return (
    <>
      <h1>A message for the API</h1>
      <form onSubmit={submit}>
        <label>
          <span>Access key id</span>
          <input name="id" autoComplete="off" />
        </label>
        <label>
          <span>Secret access key</span>
          <input name="secret" type="password" autoComplete="off" />
        </label>
        <label>
          <span>Message</span>
          <textarea name="message" rows="3" defaultValue="Hello from the page" />
        </label>
        <button disabled={answer.state === 'waiting'}>Send</button>
      </form>
      <pre>
        <code data-state={answer.state} data-status={answer.status}>{answer.text}</code>
      </pre>
    </>
  );
}
