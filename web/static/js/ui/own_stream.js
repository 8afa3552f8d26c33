/**
 * Shows people to themselves. An empty stream would keep the page from ever having loaded, so
 * without a picture there is none.
 *
 * @param {HTMLVideoElement} video
 * @param {MediaStream | null} stream
 */
export function showOwn(video, stream) {
  if (video.srcObject !== stream) video.srcObject = stream;
}
