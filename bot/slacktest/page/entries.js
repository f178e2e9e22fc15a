// Reads the values of elements for a press or a submission, and restores them after the app has updated a modal.

export const find = (selector, root = document) => root.querySelector(selector);

// chosen returns an element's value in the format of a press.
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

// localTime formats a time in seconds for a datetime-local input.
function localTime(unix) {
  const at = new Date(unix * 1000);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

// offered returns an element's options as the app sent them.
function offered(element) {
  const e = JSON.parse(element.dataset.options || '{}');
  return [...(e.options || []), ...(e.option_groups || []).flatMap(group => group.options), ...(e.initial_option ? [e.initial_option] : [])];
}

const options = (element, values) => values.map(value => offered(element).find(option => option.value === value)).filter(Boolean);

// pressed returns the selection to send with a press. For an external select it returns the whole option, because the
// workspace does not know the options that the app supplied while the user typed.
export function pressed(element) {
  const value = chosen(element);
  return element.dataset.type === 'external_select' && value ? options(element, [value])[0] : value;
}

// state returns an element's value in the format of a submission.
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

// saveInputs saves the inputs of a modal. It returns a function that restores them in new markup of the modal.
export function saveInputs(form) {
  const held = new Map([...form.querySelectorAll('[data-type]')].map(element => [blockOf(element) + ' ' + element.dataset.action, element]));
  return now => {
    for (const element of now.querySelectorAll('[data-type]')) {
      const was = held.get(blockOf(element) + ' ' + element.dataset.action);
      if (was?.dataset.type === element.dataset.type) restoreInput(was, element);
    }
  };
}

function restoreInput(was, element) {
  if (element.matches('.options')) {
    const values = chosen(was);
    choose(element, Array.isArray(values) ? values : [values]);
    return;
  }
  if (was.dataset.options && element.dataset.type === 'external_select') element.dataset.options = was.dataset.options;
  element.value = was.value;
}

// choose selects exactly the options with these values.
export function choose(element, values) {
  for (const option of element.querySelectorAll('option, input')) {
    const wanted = values.includes(option.value);
    if (option.matches('option')) option.selected = wanted; else option.checked = wanted;
  }
}

// initialiseInputs sets initial values and links labels and errors to their inputs.
export function initialiseInputs(root) {
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
