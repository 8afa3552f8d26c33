/** Bytes; signaling/reports.py says the same in KiB. */
export const MOST_BYTES = 8 * 1024 * 1024;
const QUALITIES = [0.92, 0.8, 0.65];
const SMALLER = 0.7;
/** Milliseconds that a camera is given for one picture. */
const PATIENCE = 5_000;

/** @typedef {{ width: number, height: number }} Size */

/**
 * A still picture of what a camera sees, as large as its sensor gives. Meanwhile the moving picture
 * has that size too. It is painted anew, so that there is nothing in the file but the picture: no
 * place, no name of a camera.
 *
 * @param {MediaStreamTrack} track
 * @param {Size} [limit] no larger than that, for a moving picture that others see meanwhile
 * @returns {Promise<Blob>} a JPEG of `MOST_BYTES` at most; rejected when the camera gives nothing
 */
export async function takeStill(track, limit = { width: Infinity, height: Infinity }) {
  const before = track.getConstraints();
  await enlarge(track, before, limit);
  try {
    const picture = await photoOf(track).catch(() => frameOf(track));
    return await toJpeg(picture);
  } finally {
    // A track that has ended meanwhile has no size any more.
    await track.applyConstraints(before).catch(() => null);
  }
}

/**
 * @param {MediaStreamTrack} track
 * @param {MediaTrackConstraints} before
 * @param {Size} limit
 */
async function enlarge(track, before, limit) {
  const { width, height } = track.getCapabilities();
  if (!width?.max || !height?.max) return;
  const wanted = {
    width: { ideal: Math.min(width.max, limit.width) },
    height: { ideal: Math.min(height.max, limit.height) },
  };
  // What cannot be had is done without: the picture is taken as it is.
  await track.applyConstraints({ ...before, ...wanted }).catch(() => null);
}

/** @param {MediaStreamTrack} track */
async function photoOf(track) {
  const camera = new ImageCapture(track);
  const { imageWidth, imageHeight } = await within(camera.getPhotoCapabilities());
  const { width = 0 } = track.getSettings();
  // Some cameras give larger photos than moving pictures; most give what the track has.
  const isLarger = (imageWidth?.max ?? 0) > width;
  const size = isLarger ? { imageWidth: imageWidth?.max, imageHeight: imageHeight?.max } : {};
  return createImageBitmap(await within(camera.takePhoto(size)));
}

/** For browsers and cameras that take no photos. @param {MediaStreamTrack} track */
async function frameOf(track) {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  try {
    await within(video.play());
    return await createImageBitmap(video);
  } finally {
    video.srcObject = null;
  }
}

/** @param {ImageBitmap} picture @returns {Promise<Blob>} */
async function toJpeg(picture) {
  for (let scale = 1; ; scale *= SMALLER) {
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
    for (const quality of QUALITIES) {
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
      if (blob.size <= MOST_BYTES) return blob;
    }
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>} rejected when it takes too long
 */
function within(promise) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('The camera gives no picture.')), PATIENCE);
    promise.then(resolve, reject);
  });
}
