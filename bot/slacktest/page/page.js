'use strict';

const find = (selector, root = document) => root.querySelector(selector);
const conversation = () => find('#conversation').dataset;

// post does one action of the person and shows what went wrong, as Slack would.
async function post(path, body) {
  const trouble = find('#trouble');
  trouble.textContent = '';
  try {
    const response = await fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
    const result = await response.json();
    if (result.error && path !== 'submit') trouble.textContent = result.error;
  } catch {
    trouble.textContent = 'The simulation does not answer.';
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

// press sends the use of an element, in a message or in a modal.
async function press(element, selected) {
  if (!await confirmed(element)) return;
  const body = {user: conversation().user, action_id: element.dataset.action, block_id: element.closest('[data-block]').dataset.block};
  const view = element.closest('[data-view]'), message = element.closest('[data-ts]');
  if (view) body.view_id = view.dataset.view;
  else Object.assign(body, {ts: message.dataset.ts, channel: message.dataset.channel});
  if (element.dataset.value) body.value = element.dataset.value;
  if (selected !== undefined) body.selected = selected;
  if (/^https?:/.test(element.dataset.url || '')) window.open(element.dataset.url, '_blank', 'noopener');
  await post('press', body);
}

const words = text => text.split(/\s+/).filter(Boolean);

// chosen returns what an element holds, in the form of a press.
function chosen(element) {
  switch (element.dataset.type) {
    case 'checkboxes': return [...element.querySelectorAll(':checked')].map(box => box.value);
    case 'radio_buttons': return find(':checked', element)?.value || null;
    case 'multi_static_select': return [...element.selectedOptions].map(option => option.value);
    case 'multi_users_select': return words(element.value);
    default: return element.value || null;
  }
}

// options turns chosen values into options as Slack sends them.
function options(element, values) {
  const e = JSON.parse(element.dataset.options || '{}');
  const all = (e.options || []).concat(...(e.option_groups || []).map(group => group.options));
  return values.map(value => all.find(option => option.value === value) || {text: {type: 'plain_text', text: value}, value});
}

// state returns what an element holds, in the form of a submission.
function state(element) {
  const type = element.dataset.type, value = chosen(element);
  switch (type) {
    case 'checkboxes': case 'multi_static_select': return {type, selected_options: options(element, value)};
    case 'radio_buttons': case 'static_select': case 'external_select': return {type, selected_option: value ? options(element, [value])[0] : null};
    case 'users_select': return {type, selected_user: value};
    case 'multi_users_select': return {type, selected_users: value};
    case 'datepicker': return {type, selected_date: value};
    default: return {type, value};
  }
}

function values(form) {
  const all = {};
  for (const element of form.querySelectorAll('[data-type]:not([data-type=overflow])')) {
    const block = element.closest('[data-block]').dataset.block;
    (all[block] ||= {})[element.dataset.action] = state(element);
  }
  return all;
}

// initialise sets what elements begin with and shows times in the reader's zone.
function initialise(root) {
  for (const element of root.querySelectorAll('[data-initial]')) {
    const initial = words(element.dataset.initial);
    for (const option of element.querySelectorAll('option, input')) {
      if (initial.includes(option.value)) option.selected = option.checked = true;
    }
  }
  for (const time of root.querySelectorAll('time[data-format]')) localise(time);
}

function localise(time) {
  const at = time.dateTime ? new Date(time.dateTime) : new Date(time.dataset.unix * 1000);
  if (isNaN(at)) return;
  const day = style => at.toLocaleDateString([], style);
  time.textContent = time.dataset.format.replace(/\{(\w+)\}/g, (token, name) => {
    if (name === 'time') return at.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
    if (name === 'time_secs') return at.toLocaleTimeString();
    if (name.startsWith('date_num')) return day({dateStyle: 'short'});
    if (name.startsWith('date_long')) return day({dateStyle: 'full'});
    if (name.startsWith('date')) return day({dateStyle: 'medium'});
    return token;
  });
}

// refresh draws the conversation again; a modal only when it has changed, so that nothing typed is lost.
let drawing = false, again = false;
async function refresh() {
  if (drawing) { again = true; return; }
  drawing = true;
  const {user, channel} = conversation();
  try {
    const response = await fetch('conversation?' + new URLSearchParams({user, channel}));
    if (response.ok) show(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } finally {
    drawing = false;
    if (again) { again = false; refresh(); }
  }
}

function show(page) {
  initialise(page);
  find('#conversation').replaceWith(document.adoptNode(find('#conversation', page)));
  const before = find('.modal'), now = find('.modal', page);
  const entered = before && now && before.dataset.view === now.dataset.view ? values(before) : {};
  if (before?.dataset.view === now?.dataset.view && before?.dataset.hash === now?.dataset.hash) return;
  find('#modal').replaceWith(document.adoptNode(find('#modal', page)));
  restore(find('.modal'), entered);
  find('.modal input, .modal select, .modal textarea, .modal button')?.focus();
}

// restore puts back what was typed into a modal that the app has redrawn.
function restore(form, entered) {
  for (const [block, actions] of Object.entries(entered)) {
    for (const [action, was] of Object.entries(actions)) {
      const element = form && [...form.querySelectorAll('[data-type]')].find(e => e.dataset.action === action && e.closest('[data-block]').dataset.block === block);
      if (element && 'value' in element && typeof was.value === 'string') element.value = was.value;
    }
  }
}

document.addEventListener('click', event => {
  const button = event.target.closest('button[data-action]');
  if (button) press(button);
  const form = event.target.closest('[data-close]')?.closest('form');
  if (form) post('close', {user: conversation().user, view_id: form.dataset.view});
});

document.addEventListener('change', event => {
  if (event.target.closest('header')) { event.target.form.submit(); return; }
  const element = event.target.closest('[data-type]');
  if (!element || element.closest('.block.input')) return;
  press(element, chosen(element));
});

document.addEventListener('submit', event => {
  if (event.target.matches('.modal')) {
    event.preventDefault();
    post('submit', {user: conversation().user, view_id: event.target.dataset.view, values: values(event.target)});
  }
  if (event.target.matches('#composer')) {
    event.preventDefault();
    const input = event.target.elements.text, typed = input.value.trim(), [command] = typed.split(/\s/, 1);
    if (!typed.startsWith('/')) { find('#trouble').textContent = 'This simulation takes commands only.'; return; }
    post('command', {user: conversation().user, channel: conversation().channel, command, text: typed.slice(command.length).trim()});
    input.value = event.target.dataset.command + ' ';
  }
});

document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && !find('#confirm').open) find('.modal [data-close]')?.click();
});

initialise(document);
new EventSource('changes').addEventListener('message', refresh);
