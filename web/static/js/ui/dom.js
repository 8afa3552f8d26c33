/**
 * @param {string} selector of something the template promises
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * @template {HTMLElement} T
 * @param {new () => T} type
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function findAs(type, selector, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} ${selector}.`);
  return found;
}

/**
 * @param {string} id of a template whose content is one element
 * @returns {HTMLElement} a copy of it
 */
export function copyOf(id) {
  const { firstElementChild } = findAs(HTMLTemplateElement, `#${id}`).content;
  return /** @type {HTMLElement} */ (firstElementChild?.cloneNode(true));
}

/**
 * Writes a text where it differs, so that a screen reader is not told the same thing twice.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Calls the handler named by the `data-action` of whatever is pressed.
 *
 * @param {Record<string, (pressed: HTMLElement) => unknown>} handlers
 * @param {HTMLElement} [root]
 */
export function onActions(handlers, root = document.body) {
  root.addEventListener('click', (event) => {
    const target = /** @type {Element} */ (event.target);
    const pressed = target.closest('[data-action]');
    if (!(pressed instanceof HTMLElement) || pressed.getAttribute('aria-disabled') === 'true')
      return;
    void handlers[pressed.dataset.action ?? '']?.(pressed);
  });
}

/**
 * @param {string} action of a button with the role switch
 * @param {boolean} on
 * @param {boolean} possible false: there is nothing to be switched
 */
export function setSwitch(action, on, possible) {
  const button = findAs(HTMLButtonElement, `[data-action="${action}"]`);
  button.setAttribute('aria-checked', String(on));
  button.disabled = !possible;
}
