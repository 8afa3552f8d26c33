/**
 * The same description, of somebody who wants hardly anything sent while nobody speaks (RFC 7587).
 *
 * @param {string} sdp
 */
export function withSilence(sdp) {
  return sdp.replace(/^(a=fmtp:\d+ (?!.*usedtx=).*useinbandfec=1.*?)(\r?)$/gm, '$1;usedtx=1$2');
}

/** @param {RTCRtpCodec} codec */
export function nameOf({ mimeType }) {
  return mimeType.split('/')[1];
}

/**
 * The codecs of pictures in the order in which they are offered. Sending a picture costs a processor
 * three times as much as showing one, so a codec goes first only if both ends do both in hardware;
 * among those, and without any, the browser's own order stays.
 *
 * @template {RTCRtpCodec} Codec
 * @param {string[]} ours codecs that this machine handles in hardware
 * @param {string[]} theirs the same of the other machine; empty: none, or not known
 * @param {Codec[]} known all that this browser has, in its own order
 * @returns {Codec[]}
 */
export function hardwareFirst(ours, theirs, known) {
  const shared = new Set(ours.filter((name) => theirs.includes(name)));
  const isShared = (/** @type {Codec} */ codec) => shared.has(nameOf(codec));
  return [...known.filter(isShared), ...known.filter((codec) => !isShared(codec))];
}
