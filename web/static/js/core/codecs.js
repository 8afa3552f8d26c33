/**
 * The same description, of somebody who wants hardly anything sent while nobody speaks (RFC 7587).
 *
 * @param {string} sdp
 */
export function withSilence(sdp) {
  return sdp.replace(/^(a=fmtp:\d+ (?!.*usedtx=).*useinbandfec=1.*?)(\r?)$/gm, '$1;usedtx=1$2');
}
