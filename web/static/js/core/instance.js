/** @returns {string} random; `crypto.randomUUID` is missing on pages without https */
export function newInstance() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
