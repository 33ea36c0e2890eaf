/** The sound of a new order, made here: two short notes. */

const KEPT = "yafdp.silent";
/** Hertz, and the seconds after which each begins. */
const NOTES = [
  [784, 0],
  [1047, 0.16],
];
const LENGTH = 0.3;
const VOLUME = 0.25;
let context = null;

/** Whether new orders are to be heard in this browser. */
export const audible = () => localStorage.getItem(KEPT) === null;

/** Turns the sound on or off, here and for the next visit. */
export function setAudible(on) {
  if (on) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, "true");
}

/** Plays it, unless it is turned off. Browsers let no page be heard that nobody has touched yet. */
export function chime() {
  if (!audible() || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  context.resume();
  for (const [frequency, after] of NOTES) play(frequency, context.currentTime + after);
}

function play(frequency, start) {
  const tone = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(VOLUME, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + LENGTH);
}
