// The simulated workspace in a separate process, and the actions of its users.

import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, existsSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const timeout = 15_000; // Milliseconds that an expected event may take.

// build builds the demo in a temporary folder. It returns the folder and the path of the binary.
export function build() {
  const folder = mkdtempSync(join(tmpdir(), 'slacktest-conformance-'));
  const binary = join(folder, 'demo');
  const {status} = spawnSync('go', ['build', '-o', binary, './cmd/demo'], {cwd: root, stdio: 'inherit'});
  if (status !== 0) {
    rmSync(folder, {recursive: true});
    throw new Error('building the demo failed');
  }
  return {folder, binary};
}

// eventually calls look until it returns something, and returns that.
export async function eventually(what, look) {
  for (const end = Date.now() + timeout; Date.now() < end; await wait(20)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} did not happen within ${timeout / 1000} s`);
}

// stopped ends a process and waits for its exit.
function stopped(program) {
  if (program.exitCode !== null) return undefined;
  const end = new Promise(resolve => { program.once('exit', resolve); });
  program.kill();
  return end;
}

// Workspace is a running demo without the bot, and the app connected to it.
export class Workspace {
  said = ''; // The app's standard error.

  // start runs the demo's binary. The name must be unique within the folder.
  static async start({folder, binary}, name) {
    const it = new Workspace(), file = join(folder, `${encodeURIComponent(name)}.json`);
    it.demo = spawn(binary, ['--no-bot', '--listen', '127.0.0.1:0', '--users', '20', '--addresses', file], {stdio: ['ignore', 'ignore', 'inherit']});
    process.once('exit', () => { it.demo.kill(); it.app?.kill(); });
    await eventually('the start of the demo', () => existsSync(file));
    it.at = JSON.parse(readFileSync(file, 'utf8'));
    return it;
  }

  // runApp starts the app with a version of Bolt and waits until it is connected.
  async runApp(bolt) {
    this.app = spawn(process.execPath, ['app.js'], {
      cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'ignore', 'pipe'],
      env: {PATH: process.env.PATH, BOLT: bolt, SLACK_API_URL: this.at.slack_api_url, SLACK_BOT_TOKEN: this.at.slack_bot_token, SLACK_APP_TOKEN: this.at.slack_app_token},
    });
    this.app.stderr.setEncoding('utf8').on('data', text => { this.said += text; });
    await eventually('the connection of the app', async () => (await this.get('connections')).length === 1);
  }

  async stop() {
    if (this.app) await stopped(this.app);
    await stopped(this.demo);
  }

  async get(path, query = {}) {
    const response = await fetch(`${this.at.slack_control_url}/${path}?${new URLSearchParams(query)}`);
    return response.json();
  }

  // post sends an action and returns the response. It throws if the response has an error that the user would see,
  // unless wrong is set.
  async post(path, body, {wrong = false} = {}) {
    const response = await fetch(`${this.at.slack_control_url}/${path}`, {method: 'POST', body: JSON.stringify(body)});
    const answer = await response.json();
    if (!wrong && answer.ok === false) throw new Error(`${path}: ${answer.error}`);
    return answer;
  }

  command(text, user = this.at.users.approver) {
    return this.post('command', {user, channel: this.at.channel, command: '/inactive', text});
  }

  press(message, action_id, user = this.at.users.approver) {
    return this.post('press', {user, channel: message.channel, ts: message.ts, action_id});
  }

  // message waits for a matching message in the channel and returns it.
  message(what, fits, channel = this.at.channel) {
    return eventually(what, async () => (await this.get('messages', {channel})).findLast(fits));
  }

  // ephemeral waits for a message that only one user sees.
  ephemeral(text, user = this.at.users.approver) {
    return eventually(`“${text}”`, async () => (await this.get('ephemerals', {user})).findLast(message => message.text.includes(text)));
  }

  // view waits until the topmost modal of a user has the title.
  view(title, user = this.at.users.approver) {
    return eventually(`the modal “${title}”`, async () => {
      const top = (await this.get('views', {user})).at(-1);
      return top?.title.text === title && top;
    });
  }

  noView(user = this.at.users.approver) {
    return eventually('the end of all modals', async () => (await this.get('views', {user})).length === 0);
  }

  submit(view, values = {}, options = {}) {
    return this.post('submit', {user: view.user, view_id: view.id, values}, options);
  }
}
