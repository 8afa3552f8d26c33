/**
 * The least that two people need to see each other, with everything prepared: the link is made
 * before, and what "accept" does is one message that lets both sides put their tracks on.
 */

const role = location.pathname.slice(1);
const video = /** @type {HTMLVideoElement} */ (document.querySelector('[data-other-picture]'));
const socket = new WebSocket(`ws://${location.host}/relay/${role}`);
const connection = new RTCPeerConnection();
const capture = await navigator.mediaDevices.getUserMedia({
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
});
const remote = new MediaStream();
video.srcObject = remote;

/** @param {object} message */
const say = (message) => socket.send(JSON.stringify(message));

async function offer() {
  for (const kind of ['audio', 'video']) {
    connection.addTransceiver(kind, { direction: 'sendrecv', streams: [capture] });
  }
  await connection.setLocalDescription();
  say({ description: connection.localDescription });
}

/** @param {RTCSessionDescriptionInit} description */
async function take(description) {
  await connection.setRemoteDescription(description);
  if (description.type === 'answer') return;
  for (const transceiver of connection.getTransceivers()) {
    transceiver.direction = 'sendrecv';
    transceiver.sender.setStreams(capture);
  }
  await connection.setLocalDescription();
  say({ description: connection.localDescription });
}

async function carry() {
  for (const { sender, receiver } of connection.getTransceivers()) {
    const [track] = capture.getTracks().filter(({ kind }) => kind === receiver.track.kind);
    await sender.replaceTrack(track);
  }
}

let work = Promise.resolve();
socket.addEventListener('message', ({ data }) => {
  const message = JSON.parse(data);
  work = work.then(async () => {
    if (message.begin && role === 'consultant') await offer();
    else if (message.description) await take(message.description);
    else if (message.candidate) await connection.addIceCandidate(message.candidate);
    else if (message.carry) await carry();
  });
});
connection.addEventListener('icecandidate', ({ candidate }) => candidate && say({ candidate }));
connection.addEventListener('track', ({ track }) => remote.addTrack(track));
document.querySelector('[data-action="accept"]')?.addEventListener('click', () => say({ accept: true }));
if (socket.readyState === WebSocket.CONNECTING) {
  await new Promise((resolve) => socket.addEventListener('open', resolve));
}
say({ ready: true });

export {};
