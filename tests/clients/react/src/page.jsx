import { useState } from 'react';
import { call } from './call.js';

const FIRST = {
  url: '',
  method: 'POST',
  accessKey: '',
  secretKey: '',
  sessionToken: '',
  region: 'us-east-1',
  service: 'execute-api',
  sign: true,
  body: '{"message":"Hello from the page"}',
};

export function Page() {
  const [given, setGiven] = useState(FIRST);
  const [reply, setReply] = useState({ state: 'none' });
  const change = (name) => (event) => {
    const { type, checked, value } = event.target;
    setGiven((before) => ({ ...before, [name]: type === 'checkbox' ? checked : value }));
  };
  const send = async (event) => {
    event.preventDefault();
    setReply({ state: 'waiting' });
    setReply(await call(given).then(
      (answered) => ({ state: 'answered', ...answered }),
      (error) => ({ state: 'failed', body: `${error.name}: ${error.message}` }),
    ));
  };
  const field = (name, label, props = {}) => (
    <label className={props.wide ? 'wide' : undefined}>
      <span>{label}</span>
      <input name={name} type={props.type ?? 'text'} value={given[name]} onChange={change(name)} autoComplete="off" />
    </label>
  );
  return (
    <>
      <header>
        <h1>Pets</h1>
        <p>An HTTP API with an IAM authorizer, called from a page: aws4fetch signs, the browser asks first.</p>
      </header>
      <form onSubmit={send}>
        <div className="target wide">
          <select name="method" aria-label="Method" value={given.method} onChange={change('method')}>
            <option>GET</option>
            <option>POST</option>
          </select>
          {field('url', 'API')}
        </div>
        {field('accessKey', 'Access key id')}
        {field('secretKey', 'Secret access key', { type: 'password' })}
        {field('region', 'Region')}
        {field('service', 'Service')}
        {field('sessionToken', 'Session token, of temporary keys', { wide: true })}
        <label className="wide">
          <span>Message</span>
          <textarea name="body" rows="3" value={given.body} onChange={change('body')} />
        </label>
        <label className="check">
          <input name="sign" type="checkbox" checked={given.sign} onChange={change('sign')} />
          <span>Sign the call</span>
        </label>
        <button disabled={reply.state === 'waiting'}>Send</button>
      </form>
      <Reply {...reply} />
    </>
  );
}

function Reply({ state, status, id, body }) {
  const words = { none: 'Nothing was sent yet.', waiting: 'Waiting …', failed: 'The browser gave no answer.' };
  return (
    <section id="reply" data-state={state} data-status={status} data-id={id} aria-live="polite">
      <h2 className={status < 300 ? 'good' : 'bad'}>{words[state] ?? status}</h2>
      {body !== undefined && <pre>{body}</pre>}
      {id && <footer>apigw-requestid {id}</footer>}
    </section>
  );
}
