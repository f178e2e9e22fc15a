// The page of the simulated workspace: sends the user's actions and shows changes.

import {find, pressed, values} from './entries.js';
import {initialise, recordMarkup, show, showModal} from './draw.js';
import {composer} from './composer.js';

const conversation = () => find('#conversation').dataset;

// errorTexts are texts for Slack's error codes; other errors are shown as they are.
const errorTexts = {
  operation_timeout: 'The app did not respond within three seconds. (operation_timeout)',
  dispatch_failed: 'The app is not connected. (dispatch_failed)',
  view_not_found: 'This modal is no longer open.',
};

function showError(text) {
  const here = find('#modal').open ? find('#modal-error') : find('#error');
  here.textContent = errorTexts[text] || text;
}

// post sends an action and shows an error if the request fails. It returns the response, or undefined.
async function post(path, body) {
  showError('');
  try {
    const response = await fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
    return await response.json();
  } catch {
    showError('The simulator does not respond.');
  }
}

// confirmed shows the element's confirmation dialog, if it has one, and returns the user's decision.
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

// origin returns the fields that locate an element in a modal or a message.
function origin(element) {
  const body = {user: conversation().user, action_id: element.dataset.action, block_id: element.closest('[data-block]').dataset.block};
  const view = element.closest('[data-view]'), message = element.closest('[data-ts]');
  return view ? {...body, view_id: view.dataset.view} : {...body, ts: message.dataset.ts, channel: message.dataset.channel};
}

// press sends the use of an element in a message or modal.
async function press(element, selected) {
  if (!await confirmed(element)) return;
  const body = origin(element);
  if (element.dataset.value) body.value = element.dataset.value;
  if (selected !== undefined) body.selected = selected;
  if (/^https?:/.test(element.dataset.url || '')) window.open(element.dataset.url, '_blank', 'noopener');
  element.focus({preventScroll: true}); // Focus returns here when a modal closes.
  element.setAttribute('aria-busy', 'true');
  expecting = 'press';
  const result = await post('press', body);
  element.removeAttribute('aria-busy');
  if (result?.error) showError(result.error);
}

// suggest requests the app's options for the text in an external select.
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
  if (result?.error && form.isConnected && !find('.block + .error', form)) showError(result.error);
}

// command sends a slash command. It returns false if the text is not a command.
function command(typed) {
  const [name] = typed.split(/\s/, 1);
  if (!name.startsWith('/')) { showError('Only commands are supported, such as ' + find('#composer').dataset.command + ' help.'); return false; }
  expecting = 'command';
  post('command', {user: conversation().user, channel: conversation().channel, command: name, text: typed.slice(name.length).trim()})
    .then(result => { if (result?.error) showError(result.error); });
  return true;
}

// refresh updates the conversation. A change during the update triggers another one.
let refreshing = false, again = false, expecting = ''; // expecting is the user's action whose response comes next: press or command.
async function refresh() {
  if (refreshing) { again = true; return; }
  refreshing = true;
  const {user, channel, since} = conversation();
  try {
    const response = await fetch('conversation?' + new URLSearchParams({user, channel, since}));
    if (response.ok) draw(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } catch {
    // The error handler of the event stream reports it, and a refresh follows when the simulator is back.
  } finally {
    refreshing = false;
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
  else if (!last.closest('.replies')) announce(last);
  expecting = '';
}

let newest = null; // The newest message that is not scrolled into view.
const arrival = new IntersectionObserver(seen => {
  if (seen.some(entry => entry.isIntersecting)) { find('#jump').hidden = true; arrival.disconnect(); }
});

function announce(message) {
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

recordMarkup(document);
initialise(document);
showModal(document);
composer(find('#composer'), command);
if (wide()) find('.thread:last-child .message')?.scrollIntoView({block: 'start'});

const changes = new EventSource('changes');
changes.addEventListener('message', () => { refresh(); document.dispatchEvent(new Event('panelchange')); });
changes.addEventListener('panel', () => document.dispatchEvent(new Event('panelchange')));
changes.addEventListener('error', () => showError('The connection to the simulator was lost. The page reconnects automatically.'));
changes.addEventListener('open', () => showError(''));
