// What elements hold: read for a press or a submission, and put back after the app has redrawn a modal.

export const find = (selector, root = document) => root.querySelector(selector);

// chosen returns what an element holds, in the form of a press.
export function chosen(element) {
  switch (element.dataset.type) {
    case 'checkboxes': case 'multi_static_select': case 'multi_users_select': case 'multi_channels_select': case 'multi_conversations_select':
      return [...element.querySelectorAll(':checked')].map(box => box.value);
    case 'radio_buttons': return find(':checked', element)?.value || null;
    case 'external_select': return offered(element).find(option => option.text.text === element.value)?.value || null;
    case 'datetimepicker': return element.value ? new Date(element.value) / 1000 : null;
    default: return element.value || null;
  }
}

// localTime is a moment, in seconds, as a field for date and time holds it.
function localTime(unix) {
  const at = new Date(unix * 1000);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

// offered are the options of an element as the app gave them.
function offered(element) {
  const e = JSON.parse(element.dataset.options || '{}');
  return [...(e.options || []), ...(e.option_groups || []).flatMap(group => group.options), ...(e.initial_option ? [e.initial_option] : [])];
}

const options = (element, values) => values.map(value => offered(element).find(option => option.value === value)).filter(Boolean);

// pressed returns what a press of the element says was chosen. The workspace knows the options that stand in a block,
// but not those which the app supplied while somebody typed.
export function pressed(element) {
  const value = chosen(element);
  return element.dataset.type === 'external_select' && value ? options(element, [value])[0] : value;
}

// state returns what an element holds, in the form of a submission.
function state(element) {
  const type = element.dataset.type, value = chosen(element);
  switch (type) {
    case 'checkboxes': case 'multi_static_select': return {type, selected_options: options(element, value)};
    case 'radio_buttons': case 'static_select': case 'external_select': return {type, selected_option: value ? options(element, [value])[0] : null};
    case 'users_select': return {type, selected_user: value};
    case 'multi_users_select': return {type, selected_users: value};
    case 'channels_select': return {type, selected_channel: value};
    case 'multi_channels_select': return {type, selected_channels: value};
    case 'conversations_select': return {type, selected_conversation: value};
    case 'multi_conversations_select': return {type, selected_conversations: value};
    case 'datepicker': return {type, selected_date: value};
    case 'timepicker': return {type, selected_time: value};
    case 'datetimepicker': return {type, selected_date_time: value};
    default: return {type, value};
  }
}

const blockOf = element => element.closest('[data-block]').dataset.block;

export function values(form) {
  const all = {};
  for (const element of form.querySelectorAll('[data-type]')) (all[blockOf(element)] ||= {})[element.dataset.action] = state(element);
  return all;
}

// keep remembers what was entered in a modal; the function that it returns puts it into a new drawing of the modal.
export function keep(form) {
  const held = new Map([...form.querySelectorAll('[data-type]')].map(element => [blockOf(element) + ' ' + element.dataset.action, element]));
  return now => {
    for (const element of now.querySelectorAll('[data-type]')) {
      const was = held.get(blockOf(element) + ' ' + element.dataset.action);
      if (was?.dataset.type === element.dataset.type) putBack(was, element);
    }
  };
}

function putBack(was, element) {
  if (element.matches('.options')) {
    const values = chosen(was);
    choose(element, Array.isArray(values) ? values : [values]);
    return;
  }
  if (was.dataset.options && element.dataset.type === 'external_select') element.dataset.options = was.dataset.options;
  element.value = was.value;
}

// choose ticks or selects the options with these values, and no others.
export function choose(element, values) {
  for (const option of element.querySelectorAll('option, input')) {
    const wanted = values.includes(option.value);
    if (option.matches('option')) option.selected = wanted; else option.checked = wanted;
  }
}

// begin sets what elements begin with, and ties labels and errors to them.
export function begin(root) {
  for (const element of root.querySelectorAll('[data-initial]')) choose(element, [].concat(JSON.parse(element.dataset.initial)));
  for (const element of root.querySelectorAll('[data-type=datetimepicker][data-unix]')) element.value = localTime(element.dataset.unix);
  for (const element of root.querySelectorAll('.block.input label > [aria-label], .block.input fieldset > [aria-label], .block.input .external > [aria-label]')) element.removeAttribute('aria-label');
  for (const error of root.querySelectorAll('.block + .error')) {
    const element = find('input, select, textarea', error.previousElementSibling);
    error.id = 'error-' + error.previousElementSibling.dataset.block;
    element?.setAttribute('aria-invalid', 'true');
    element?.setAttribute('aria-describedby', error.id);
  }
}
