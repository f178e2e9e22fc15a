// Runs the app in app.js with two versions of Bolt against a simulated workspace in a separate process, performs
// people's actions and checks the results. The last line shows the counts; the exit code is 1 if a check failed.

import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import {build, eventually, Workspace} from './workspace.js';

const versions = ['@slack/bolt', 'bolt-4'];

const text = message => message.blocks?.[0]?.text.text;
const isBallot = message => !message.deleted && text(message)?.startsWith('*Lunch');

// ballot posts a message with buttons through the app and waits until the app has updated it.
async function ballot(w) {
  const before = (await w.get('messages', {channel: w.at.channel})).filter(isBallot).length;
  await w.command('post');
  return eventually('the ballot', async () => {
    const all = (await w.get('messages', {channel: w.at.channel})).filter(isBallot);
    return all.length > before && all.at(-1).edited && all.at(-1);
  });
}

// voted waits until a ballot shows the number of votes.
const voted = (w, {ts}, count) => w.message(`vote ${count}`, message => message.ts === ts && text(message).includes(` ${count} votes`));

// checks are the checks by name, in the order in which they run.
const checks = {
  async 'it connects with slackApiUrl alone'(w) {
    const calls = await w.get('calls');
    assert.deepEqual([...new Set(calls.map(call => call.method))].sort(), ['apps.connections.open', 'auth.test']);
    assert.ok(calls.every(call => call.ok));
  },
  async 'a response in the ack of a command'(w) {
    const answer = await w.command('hello');
    assert.ok(answer.ack_ms < 3000);
    await w.ephemeral(`Hello <@${w.at.users.approver}>`);
  },
  async 'chat.postMessage and chat.update'(w) {
    const message = await ballot(w);
    assert.equal(message.text, 'Lunch at twelve? Please vote.');
    assert.deepEqual(message.blocks.map(block => block.block_id), ['words', 'ballot']);
    assert.equal(message.metadata.event_type, 'lunch');
  },
  async 'chat.postEphemeral'(w) {
    await w.command('ephemeral', w.at.users.member);
    await w.ephemeral('Only visible to you', w.at.users.member);
    assert.equal((await w.get('ephemerals', {user: w.at.users.approver})).filter(m => m.text === 'Only visible to you').length, 0);
  },
  async 'a button'(w) {
    const message = await ballot(w);
    await w.press(message, 'vote');
    await voted(w, message, 1);
    await w.press(message, 'vote', w.at.users.member);
    await voted(w, message, 2);
    await w.message('the reply', reply => reply.thread_ts === message.ts && reply.text === `<@${w.at.users.member}> is in`);
  },
  async 'respond to a command'(w) {
    await w.command('respond');
    await w.ephemeral('A response for you');
    await w.message('the response for everyone', message => message.text === 'A response for everyone');
  },
  async 'respond and say to a button'(w) {
    const message = await ballot(w);
    await w.press(message, 'answer');
    await w.message('the message of the app', said => said.text === 'button answer lunch in ballot');
    await w.ephemeral('Answered');
    await w.message('the replaced message', other => other.ts === message.ts && other.text === 'Replaced');
  },
  async 'a modal: required inputs, errors, update, push, clear'(w) {
    await w.command('order');
    const view = await w.view('Order');
    assert.equal((await w.submit(view, {}, {wrong: true})).error, 'Please complete this required field.');
    const none = {count: {count: {type: 'plain_text_input', value: '0'}}};
    assert.equal((await w.submit(view, none, {wrong: true})).error, 'Please enter a number above zero.');
    assert.deepEqual((await w.view('Order')).errors, {count: 'Please enter a number above zero.'});
    await w.submit(view, {
      count: {count: {type: 'plain_text_input', value: '3'}},
      day: {day: {type: 'datepicker', selected_date: '2026-04-01'}},
    });
    const thanks = await w.view('Thank you');
    assert.equal(thanks.id, view.id);
    assert.equal(text(thanks), '3 · 2026-04-01 ·  ·  · table 7');
    await w.submit(thanks);
    const top = await w.view('And then?');
    assert.equal(top.previous_view_id, view.id);
    await w.submit(top);
    await w.noView();
  },
  async 'a modal: a select, options from the app, views.update with a hash'(w) {
    const message = await ballot(w);
    await w.press(message, 'ask');
    const view = await w.view('Order now');
    const offered = await w.post('suggest', {user: view.user, view_id: view.id, action_id: 'dish', value: 's'});
    assert.deepEqual(offered.response.options.map(option => option.value), ['soup', 'salad']);
    await w.post('press', {user: view.user, view_id: view.id, action_id: 'where', selected: 'outside'});
    const changed = await w.view('Order outside');
    const soup = {type: 'external_select', selected_option: offered.response.options[0]};
    await w.submit(changed, {count: {count: {type: 'plain_text_input', value: '2'}}, dish: {dish: soup}});
    const thanks = await w.view('Thank you');
    assert.equal(text(thanks), '2 ·  · soup · outside · table 7');
    await w.post('close', {user: thanks.user, view_id: thanks.id});
    await w.noView();
  },
  async 'a modal closed without submitting'(w) {
    const user = w.at.users.approver2;
    await w.command('order', user);
    const view = await w.view('Order', user);
    await w.post('close', {user, view_id: view.id});
    await w.message('the direct message', message => message.text === 'Maybe tomorrow', '');
    await w.noView(user);
  },
  async 'duplicate presses, in the same envelope and in a new one'(w) {
    const message = await ballot(w);
    for (const envelope of ['duplicate', 'duplicate_new_id']) await w.post('faults', {envelope, count: 1});
    await w.press(message, 'vote');
    const [, twin] = (await w.get('acks')).slice(-2);
    await w.post('envelope', {replay: twin.id});
    assert.deepEqual((await w.get('acks')).slice(-2).map(ack => ack.deliveries), [2, 2]);
    await w.press(message, 'vote', w.at.users.member);
    await voted(w, message, 2);
    const replies = (await w.get('messages', {channel: w.at.channel})).filter(reply => reply.thread_ts === message.ts && reply.ts !== message.ts);
    assert.equal(replies.filter(reply => reply.text.includes(w.at.users.approver)).length, 1);
  },
  async 'reconnect after refresh_requested'(w) { await reconnected(w, 'refresh_requested'); },
  async 'reconnect after a dropped connection'(w) { await reconnected(w, 'cut'); },
  async 'a retry after 429'(w) {
    await w.post('faults', {method: 'chat.postEphemeral', count: 1, status: 429, retry_after: 1});
    await w.command('ephemeral', w.at.users.guest);
    await w.ephemeral('Only visible to you', w.at.users.guest);
    const calls = (await w.get('calls')).filter(call => call.method === 'chat.postEphemeral').slice(-2);
    assert.deepEqual(calls.map(call => call.error), ['ratelimited', '']);
  },
  async 'history with metadata, paging of members, users.info'(w) {
    await ballot(w);
    await w.command('look');
    await w.ephemeral('members and Lunch at twelve? Please vote.');
  },
  async 'a file'(w) {
    await w.command('file');
    const [file] = await eventually('the file', async () => {
      const all = await w.get('files');
      return all.length > 0 && all;
    });
    assert.equal(file.name, 'menu.csv');
    assert.equal(file.content, 'dish,price\nsoup,4\n');
  },
  async 'errors, in a form that the client understands'(w) {
    await w.command('refused');
    const {text: said} = await w.ephemeral('method:');
    assert.match(said, /^long: invalid_blocks .*json-pointer:\/blocks\/0\/text/m);
    assert.match(said, /^stranger: channel_not_found$/m);
    assert.match(said, /^token: not_allowed_token_type$/m);
    assert.match(said, /^method: unknown_method$/m);
  },
  async 'no other violations and no late acks'(w) {
    const violations = await w.get('violations');
    assert.deepEqual(violations.map(violation => violation.error), ['invalid_blocks']);
    assert.ok((await w.get('acks')).every(ack => ack.acked_at && !ack.late));
  },
};

// reconnected ends the connection and waits until presses arrive over a new one.
async function reconnected(w, reason) {
  const [was] = await w.get('connections');
  await w.post('disconnect', {reason});
  await eventually('a new connection', async () => {
    const now = await w.get('connections');
    return now.length === 1 && now[0].id !== was.id;
  });
  const message = await ballot(w);
  await w.press(message, 'vote');
  await voted(w, message, 1);
}

// run runs all checks with one version of Bolt and returns the counts.
async function run(built, bolt) {
  const w = await Workspace.start(built, bolt), count = {passed: 0, failed: 0};
  try {
    await w.runApp(bolt);
    for (const [name, check] of Object.entries(checks)) {
      const error = await check(w).then(() => null, reason => reason);
      count[error ? 'failed' : 'passed']++;
      console.log(`${error ? 'FAIL' : 'ok  '} ${bolt}: ${name}`);
      if (error) console.log(error.message.replace(/^/gm, '     '));
    }
  } finally {
    await w.stop();
    if (count.failed > 0) console.log(`Output of the app with ${bolt}:\n${w.said}`);
  }
  return count;
}

// The versions run in parallel, because Bolt takes five seconds to reconnect.
const built = build();
try {
  const counts = await Promise.all(versions.map(bolt => run(built, bolt)));
  const sum = name => counts.reduce((total, count) => total + count[name], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
} finally {
  rmSync(built.folder, {recursive: true, force: true});
}
