/** @typedef {import('./types').DeviceChoice} DeviceChoice */
/** @typedef {import('./types').DeviceKind} DeviceKind */
/** @typedef {Partial<Record<DeviceKind, DeviceChoice>>} Chosen */

const STORED = 'okno.devices';

/**
 * The devices that were chosen on this machine: kept in this browser, and sent nowhere.
 *
 * A browser may give a device another id after an update or when its data was cleared; the label tells
 * it then.
 */
export class ChosenDevices {
  #chosen = read();

  /**
   * @param {() => Promise<Record<DeviceKind, DeviceChoice[]>>} list what there is
   * @returns {Promise<Partial<Record<DeviceKind, string>>>} the ids of those that were chosen
   */
  async among(list) {
    const kinds = /** @type {DeviceKind[]} */ (Object.keys(this.#chosen));
    if (kinds.length === 0) return {};
    const choices = await list();
    return Object.fromEntries(kinds.map((kind) => [kind, this.find(kind, choices[kind])]));
  }

  /**
   * @param {DeviceKind} kind
   * @param {DeviceChoice[]} choices what there is; labels may be hidden yet
   * @returns {string | undefined} the id of the one that was chosen
   */
  find(kind, choices) {
    const chosen = this.#chosen[kind];
    if (!chosen) return undefined;
    const same =
      choices.find(({ id }) => id === chosen.id) ??
      choices.find(({ label }) => label !== '' && label === chosen.label);
    return same?.id;
  }

  /**
   * @param {DeviceKind} kind
   * @param {DeviceChoice} choice
   */
  set(kind, { id, label }) {
    this.#chosen = { ...this.#chosen, [kind]: { id, label } };
    localStorage.setItem(STORED, JSON.stringify(this.#chosen));
  }
}

/** @returns {Chosen} */
function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch (error) {
    // Not ours; it is written anew with the next choice.
    console.debug('Chosen devices not read:', error);
    return {};
  }
}
