// Checks the bot's payloads against Slack's own types: it converts every golden message and modal of bot/blocks to a
// TypeScript file and compiles it. The last line shows the counts; the exit code is 1 if a payload failed.
//
// The types include neither charts nor buttons in tables. Charts are removed and such a button is replaced by its
// fallback text; only the simulated workspace validates both.

import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const goldens = join(here, '../../blocks/testdata');

const settings = {
  compilerOptions: {strict: true, noEmit: true, module: 'nodenext', moduleResolution: 'nodenext', types: []},
  include: ['*.ts'],
};

const header = `import type {KnownBlock, ModalView} from '@slack/types';
type Message = {text: string; blocks: KnownBlock[]};
`;

// known removes the parts of a payload that the types do not include.
function known(value) {
  if (Array.isArray(value)) return value.filter(part => part?.type !== 'data_visualization').map(known);
  if (value === null || typeof value !== 'object') return value;
  if (value.type === 'action_cell') return {type: 'raw_text', text: value.fallback.text};
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, known(part)]));
}

const source = (payload, remark = '') =>
  `${header}${remark}export const payload: ${payload.type ? 'ModalView' : 'Message'} = ${JSON.stringify(payload, null, 2)};\n`;

// mistakes are invalid payloads. The compiler must reject them; otherwise the check itself is broken.
const mistakes = {
  'without-text': {blocks: []},
  'unknown-block': {text: '', blocks: [{type: 'paragraph'}]},
  'unknown-field': {text: '', blocks: [{type: 'divider', color: 'red'}]},
  'mrkdwn-title': {type: 'modal', title: {type: 'mrkdwn', text: ''}, blocks: []},
};

// compile compiles a folder and returns the compiler's output.
function compile(folder) {
  const {stdout, stderr, error} = spawnSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'], {cwd: folder, encoding: 'utf8'});
  if (error || stderr) throw new Error(stderr || error.message);
  return stdout;
}

const folder = mkdtempSync(join(tmpdir(), 'slacktest-types-'));
let said;
const names = readdirSync(goldens).filter(name => name.endsWith('.json')).map(name => basename(name, '.json'));
try {
  symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  for (const name of names) {
    writeFileSync(join(folder, `${name}.ts`), source(known(JSON.parse(readFileSync(join(goldens, `${name}.json`), 'utf8')))));
  }
  for (const [name, payload] of Object.entries(mistakes)) writeFileSync(join(folder, `mistake-${name}.ts`), source(payload));
  said = compile(folder);
} finally {
  rmSync(folder, {recursive: true, force: true});
}

const refused = name => said.split('\n').some(line => line.startsWith(`${name}.ts(`));
const failed = [
  ...names.filter(refused),
  ...Object.keys(mistakes).map(name => `mistake-${name}`).filter(name => !refused(name)),
];
const unexpected = said.split('\n').filter(line => line && !line.startsWith('mistake-')).join('\n');
if (unexpected) console.log(unexpected);
for (const name of failed) console.log(`FAIL ${name}`);
const total = names.length + Object.keys(mistakes).length;
console.log(`${total - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 || unexpected ? 1 : 0;
