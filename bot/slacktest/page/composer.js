// The command line: completes typed text from the list of commands, by mouse or keyboard.

export function composer(form, send) {
  const input = form.elements.text, list = form.querySelector('#hints'), hints = [...list.children];
  hints.forEach((hint, i) => { hint.id = 'hint-' + i; });
  let active = null;

  // plain returns a hint without its placeholders.
  const plain = hint => hint.dataset.text.replace(/\s*[<[].*$/, '');

  function offer() {
    const typed = input.value.trimStart().toLowerCase();
    for (const hint of hints) {
      const text = plain(hint).toLowerCase();
      hint.hidden = !typed.startsWith('/') || !(text.startsWith(typed.trimEnd()) || typed.startsWith(text + ' ') && text.includes(' '));
    }
    const shown = hints.some(hint => !hint.hidden);
    list.hidden = !shown;
    input.setAttribute('aria-expanded', shown);
    mark(null);
  }

  function mark(hint) {
    active?.removeAttribute('aria-selected');
    active = hint;
    active?.setAttribute('aria-selected', 'true');
    active?.scrollIntoView({block: 'nearest'});
    if (active) input.setAttribute('aria-activedescendant', active.id); else input.removeAttribute('aria-activedescendant');
  }

  function take(hint) {
    const rest = plain(hint);
    input.value = rest === hint.dataset.text ? rest : rest + ' ';
    input.focus();
    close();
  }

  function close() {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    mark(null);
  }

  input.addEventListener('input', offer);
  input.addEventListener('focus', () => { if (input.value) offer(); });
  input.addEventListener('blur', close);
  list.addEventListener('mousedown', event => { event.preventDefault(); take(event.target.closest('li')); });
  input.addEventListener('keydown', event => {
    const shown = hints.filter(hint => !hint.hidden), at = shown.indexOf(active);
    if (list.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : at < 0 ? 0 : -1;
      mark(shown[(at + step + shown.length) % shown.length]);
    } else if (event.key === 'Escape') {
      close();
    } else if ((event.key === 'Enter' && active) || (event.key === 'Tab' && !event.shiftKey && (active || shown.length === 1) && input.value.trim() !== plain(active || shown[0]))) {
      take(active || shown[0]);
    } else {
      return;
    }
    event.preventDefault();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    close();
    if (input.value.trim() && send(input.value.trim())) input.value = '';
  });
}
