// The page of the simulated workspace: sends what the person does, and draws what has changed.

import {find, pressed, values} from './entries.js';
import {initialise, remember, show, showModal} from './draw.js';
import {composer} from './composer.js';

const conversation = () => find('#conversation').dataset;

// sayings are Slack's words for what went wrong; other errors speak for themselves.
const sayings = {
  operation_timeout: 'The app did not answer within three seconds. (operation_timeout)',
  dispatch_failed: 'The app is not connected. (dispatch_failed)',
  view_not_found: 'This window is no longer open.',
};

function complain(text) {
  const here = find('#modal').open ? find('#modal-trouble') : find('#trouble');
  here.textContent = sayings[text] || text;
}

// post does one action of the person and says what went wrong. It returns the answer, nothing when there is none.
async function post(path, body) {
  complain('');
  try {
    const response = await fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
    return await response.json();
  } catch {
    complain('The simulation does not answer.');
  }
}

// confirmed asks as the confirm object says; without one it agrees.
function confirmed(element) {
  if (!element.dataset.confirm) return Promise.resolve(true);
  const c = JSON.parse(element.dataset.confirm), dialog = find('#confirm');
  find('h2', dialog).textContent = c.title.text;
  find('p', dialog).textContent = c.text.text;
  const [deny, agree] = dialog.querySelectorAll('button');
  deny.textContent = c.deny.text;
  agree.textContent = c.confirm.text;
  agree.className = c.style || 'primary';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true}));
}

// origin says where an element is: in a modal or in a message.
function origin(element) {
  const body = {user: conversation().user, action_id: element.dataset.action, block_id: element.closest('[data-block]').dataset.block};
  const view = element.closest('[data-view]'), message = element.closest('[data-ts]');
  return view ? {...body, view_id: view.dataset.view} : {...body, ts: message.dataset.ts, channel: message.dataset.channel};
}

// press sends the use of an element, in a message or in a modal.
async function press(element, selected) {
  if (!await confirmed(element)) return;
  const body = origin(element);
  if (element.dataset.value) body.value = element.dataset.value;
  if (selected !== undefined) body.selected = selected;
  if (/^https?:/.test(element.dataset.url || '')) window.open(element.dataset.url, '_blank', 'noopener');
  element.focus({preventScroll: true}); // A modal that opens gives the focus back to it.
  element.setAttribute('aria-busy', 'true');
  expecting = 'press';
  const result = await post('press', body);
  element.removeAttribute('aria-busy');
  if (result?.error) complain(result.error);
}

// suggest fills an external select with what the app offers for the text in it.
async function suggest(element) {
  if (element.value.length < Number(element.dataset.least)) return;
  const result = await post('suggest', {...origin(element), value: element.value});
  if (!result?.response) return;
  const list = element.nextElementSibling;
  element.dataset.options = JSON.stringify(result.response);
  list.id = 'offers-' + element.closest('[data-block]').dataset.block;
  element.setAttribute('list', list.id);
  const offers = [...(result.response.options || []), ...(result.response.option_groups || []).flatMap(group => group.options)];
  list.replaceChildren(...offers.map(offer => Object.assign(document.createElement('option'), {value: offer.text.text})));
}

async function submit(form) {
  const button = find('menu .primary', form);
  button.disabled = true;
  const result = await post('submit', {user: conversation().user, view_id: form.dataset.view, values: values(form)});
  button.disabled = false;
  if (result?.error && form.isConnected && !find('.block + .error', form)) complain(result.error);
}

// command sends what was typed and says whether it was one.
function command(typed) {
  const [name] = typed.split(/\s/, 1);
  if (!name.startsWith('/')) { complain('This simulation takes commands only, such as ' + find('#composer').dataset.command + ' help.'); return false; }
  expecting = 'command';
  post('command', {user: conversation().user, channel: conversation().channel, command: name, text: typed.slice(name.length).trim()})
    .then(result => { if (result?.error) complain(result.error); });
  return true;
}

// refresh draws the conversation again, once more when something changed meanwhile.
let drawing = false, again = false, expecting = ''; // Expecting: the press or command of the person that is answered next.
async function refresh() {
  if (drawing) { again = true; return; }
  drawing = true;
  const {user, channel, since} = conversation();
  try {
    const response = await fetch('conversation?' + new URLSearchParams({user, channel, since}));
    if (response.ok) draw(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } catch {
    // The stream of changes reports it, and asks again when the simulation is back.
  } finally {
    drawing = false;
    if (again) { again = false; refresh(); }
  }
}

const wide = () => matchMedia('(min-width: 60rem)').matches;
const scroller = () => wide() ? find('#conversation') : document.scrollingElement;

function draw(page) {
  const box = scroller(), below = box.scrollHeight - box.scrollTop - box.clientHeight;
  const fresh = show(page), last = fresh.at(-1);
  if (!last) return;
  find('#news').textContent = fresh.map(message => `${message.getAttribute('aria-label')}: ${message.dataset.notice}`).join(' ');
  const answer = expecting === 'press' ? fresh.findLast(message => message.matches('.ephemeral')) : expecting && last;
  if (answer || below < 160) reveal(answer || last);
  else if (!last.closest('.replies')) pointTo(last);
  expecting = '';
}

let newest = null; // The message that the person has not been led to.
const arrival = new IntersectionObserver(seen => {
  if (seen.some(entry => entry.isIntersecting)) { find('#jump').hidden = true; arrival.disconnect(); }
});

function pointTo(message) {
  newest = message;
  find('#jump').hidden = false;
  arrival.disconnect();
  arrival.observe(message);
}

find('#jump').addEventListener('click', () => {
  find('#jump').hidden = true;
  find('#conversation').focus({preventScroll: true});
  if (newest) reveal(newest);
});

function reveal(message) {
  const thread = message.closest('.replies');
  if (thread) thread.open = true;
  message.scrollIntoView({block: message.offsetHeight > scroller().clientHeight / 2 ? 'start' : 'nearest'});
}

document.addEventListener('click', event => {
  const button = event.target.closest('button[data-action]');
  if (button) press(button, button.dataset.overflow);
  const menu = event.target.closest('.overflow');
  for (const other of document.querySelectorAll('.overflow[open]')) if (other !== menu || button) other.open = false;
  const close = event.target.closest('[data-close]');
  if (close) post('close', {user: conversation().user, view_id: close.closest('form').dataset.view, all: close.dataset.close === 'all'});
});

document.addEventListener('change', event => {
  const element = event.target.closest('[data-type]');
  if (element && (!element.closest('.block.input') || 'dispatch' in element.closest('.block').dataset)) press(element, pressed(element));
});

document.addEventListener('input', event => {
  if (event.target.matches('[data-type=external_select]')) suggest(event.target);
});

document.addEventListener('submit', event => {
  if (!event.target.matches('.modal')) return;
  event.preventDefault();
  submit(event.target);
});

document.addEventListener('keydown', event => {
  const menu = event.key === 'Escape' && event.target.closest?.('.overflow[open]');
  if (menu) { menu.open = false; find('summary', menu).focus(); }
});

find('#modal').addEventListener('cancel', event => { event.preventDefault(); find('menu [data-close]', event.target).click(); });

remember(document);
initialise(document);
showModal(document);
composer(find('#composer'), command);
if (wide()) find('.thread:last-child .message')?.scrollIntoView({block: 'start'});

const changes = new EventSource('changes');
changes.addEventListener('message', () => { refresh(); document.dispatchEvent(new Event('panelchange')); });
changes.addEventListener('panel', () => document.dispatchEvent(new Event('panelchange')));
changes.addEventListener('error', () => complain('The simulation is gone. This page goes on by itself when it is back.'));
changes.addEventListener('open', () => complain(''));
