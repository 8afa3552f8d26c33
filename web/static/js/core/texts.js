/**
 * Texts in the page's language, from the same catalogue as the server's.
 *
 * The server writes those that scripts use into the page's JSON block; the English text is the key.
 */

/** @type {import('./types').Page | undefined} */
let page;

/** @returns {import('./types').Page} what the server tells this page's scripts */
export function pageData() {
  if (!page) {
    const block = document.getElementById('page');
    if (!block?.textContent) throw new Error('The page has no JSON block with the id "page".');
    page = /** @type {import('./types').Page} */ (JSON.parse(block.textContent));
  }
  return page;
}

/**
 * @param {string} text with names of values in braces
 * @param {Record<string, string | number>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/**
 * @param {string} text in English
 * @param {Record<string, string | number>} [values] what stands in braces in the text
 * @returns {string} in the page's language
 */
export function t(text, values = {}) {
  const found = pageData().texts[text];
  return fill(typeof found === 'string' ? found : text, values);
}

/**
 * The form of a text that fits a number; `{n}` in it is the number.
 *
 * @param {string} one the English singular, which is the key
 * @param {string} many the English plural
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 * @returns {string} in the page's language
 */
export function tn(one, many, n, values = {}) {
  const { language, texts } = pageData();
  const found = texts[one];
  const isTranslated = typeof found === 'object';
  const forms = isTranslated ? found : { one, other: many };
  const category = new Intl.PluralRules(isTranslated ? language : 'en').select(n);
  const form = forms[category] ?? forms.other ?? many;
  return fill(form, { n: new Intl.NumberFormat(language).format(n), ...values });
}
