/** Nothing larger is opened, however well it was compressed. */
const MOST_PIXELS = 64_000_000;
const JPEG = [0xff, 0xd8, 0xff];

/** A still picture in this page's memory, and nowhere else. */
export class Photo {
  /**
   * @param {string} url
   * @param {{ width: number, height: number, bytes: number }} facts
   */
  constructor(url, { width, height, bytes }) {
    this.url = url;
    this.width = width;
    this.height = height;
    /** How large the file is. */
    this.bytes = bytes;
  }

  /**
   * @param {BlobPart[]} parts of a file that somebody sent
   * @returns {Promise<Photo | null>} null: it is no JPEG that can be shown
   */
  static async open(parts) {
    const blob = new Blob(parts, { type: 'image/jpeg' });
    const head = new Uint8Array(await blob.slice(0, JPEG.length).arrayBuffer());
    if (!JPEG.every((byte, index) => head[index] === byte)) return null;
    const url = URL.createObjectURL(blob);
    const image = new Image();
    image.src = url;
    try {
      await image.decode();
    } catch {
      URL.revokeObjectURL(url);
      return null;
    }
    const { naturalWidth: width, naturalHeight: height } = image;
    const photo = new Photo(url, { width, height, bytes: blob.size });
    if (width * height <= MOST_PIXELS) return photo;
    photo.forget();
    return null;
  }

  forget() {
    URL.revokeObjectURL(this.url);
  }
}
