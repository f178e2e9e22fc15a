// Updates the page: replaces only the elements whose markup has changed, so that focus, typed text and open menus are
// kept.

import {find, initialiseInputs, saveInputs} from './entries.js';
import {localise} from './dates.js';
import {tables} from './table.js';

const drawn = new WeakMap(); // The markup from which an element was created.

// recordMarkup stores the markup of all elements that are replaced as a whole. It must run before initialise.
export function recordMarkup(root) {
  for (const element of root.querySelectorAll('[data-key]:not([data-holds])')) drawn.set(element, element.outerHTML);
}

// initialise prepares new markup: initial values, tables and times.
export function initialise(root) {
  initialiseInputs(root);
  tables(root);
  for (const time of root.querySelectorAll('time[data-format]')) localise(time);
}

// patch updates the children of an element from newer markup. It returns the children that are new.
function patch(old, now) {
  const known = new Map([...old.children].map(child => [child.dataset.key, child])), fresh = [];
  let last = null;
  for (const child of [...now.children]) {
    const was = known.get(child.dataset.key);
    known.delete(child.dataset.key);
    const place = choose(was, child, fresh);
    const next = last ? last.nextElementSibling : old.firstElementChild;
    if (place !== next) old.insertBefore(place, next);
    last = place;
  }
  for (const gone of known.values()) gone.remove();
  return fresh;
}

// choose returns the old element if it is unchanged, otherwise the new one.
function choose(was, child, fresh) {
  if (was && 'holds' in child.dataset) {
    fresh.push(...patch(was, child));
    return was;
  }
  if (was && drawn.get(was) === drawn.get(child)) return was;
  initialise(child);
  if (was) was.replaceWith(child); else fresh.push(child);
  return child;
}

// show updates the conversation from a newer page and returns the new messages.
export function show(page) {
  recordMarkup(page);
  const place = placeOf(document.activeElement);
  const fresh = patch(find('#conversation'), find('#conversation', page));
  if (document.activeElement === document.body) focusOn(place);
  showModal(page);
  return fresh.flatMap(element => element.matches('.message') ? [element] : [...element.querySelectorAll('.message')]);
}

// placeOf describes an element's position in the messages in a way that survives an update.
function placeOf(element) {
  const message = element?.closest('.message');
  if (!message) return null;
  const blocks = [...message.querySelectorAll('.block')];
  return {id: message.id, block: blocks.indexOf(element.closest('.block')), field: element.matches('.filter') ? '.filter' : 'button, select, input, summary'};
}

function focusOn(place) {
  const message = place && document.getElementById(place.id);
  if (!message) return;
  const blocks = [...message.querySelectorAll('.block')].slice(place.block), controls = blocks.map(block => block.querySelector(place.field));
  const element = controls.find(Boolean) || message.querySelector('button, select, input') || find('#conversation');
  element.focus({preventScroll: true});
}

let opener = null; // The position of the focus when the first modal opened.

// showModal opens, updates or closes the modal. An unchanged modal is left alone, so that typed text is kept.
export function showModal(page) {
  const dialog = find('#modal'), was = find('form', dialog), now = find('#modal form', page);
  if (!now) {
    if (dialog.open) { dialog.close(); dialog.replaceChildren(); focusOn(opener); }
    return;
  }
  const same = was?.dataset.view === now.dataset.view;
  if (same && was.dataset.hash === now.dataset.hash && dialog.open) return;
  const action = document.activeElement?.dataset?.action, scrolled = find('.body', dialog)?.scrollTop;
  initialise(now);
  if (same && was !== now) saveInputs(was)(now);
  if (!dialog.open) opener = placeOf(document.activeElement);
  dialog.replaceChildren(now);
  if (!dialog.open) dialog.showModal();
  if (same) find('.body', now).scrollTop = scrolled;
  const again = same && [...now.querySelectorAll('[data-action]')].find(element => element.dataset.action === action);
  const wrong = find('[aria-invalid]', now);
  (wrong || again || firstInView(now) || find('h2', now)).focus({preventScroll: same && !wrong});
}

// firstInView returns the first input of a modal if it is visible without scrolling.
function firstInView(form) {
  const input = find('.input input, .input select, .input textarea', form), body = find('.body', form);
  return input && input.getBoundingClientRect().bottom <= body.getBoundingClientRect().bottom ? input : null;
}
