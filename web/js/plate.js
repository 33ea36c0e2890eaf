/** Every restaurant eats from its own plate: a pattern drawn from its id, the same on every page. */

import { svg } from "./dom.js";

const CENTRE = 60;

/** The plate as an SVG picture; with `progress` (0 to 1) a ring around it fills up. */
export function plate(id, { progress } = {}) {
  const seed = hash(id);
  const picture = svg(
    "svg",
    { class: "plate", viewBox: "0 0 120 120", "aria-hidden": "true", focusable: "false" },
    circle(52, "plate-rim"),
    pattern(seed),
    circle(29, "plate-well"),
    circle(29, "plate-line"),
    progress !== undefined && ring(progress),
  );
  picture.style.setProperty("--hue", seed % 360);
  return picture;
}

/** Moves a plate's ring. */
export function fillRing(picture, progress) {
  picture.querySelector(".plate-ring").setAttribute("stroke-dashoffset", 100 - 100 * progress);
}

/** Petals, drops or strokes around the rim: how many and which is the seed's. */
function pattern(seed) {
  const count = 10 + ((seed >>> 4) % 9);
  const shape = [petal, drop, stroke][(seed >>> 9) % 3];
  return svg("g", { class: "plate-pattern" }, around(count, 0, shape), around(count, 0.5, bead));
}

/** So many of a shape, evenly, `shift` of a step on. */
function around(count, shift, shape) {
  const turn = (index) => `rotate(${(360 / count) * (index + shift)} ${CENTRE} ${CENTRE})`;
  return Array.from({ length: count }, (_, index) => svg("g", { transform: turn(index) }, shape()));
}

const petal = () => svg("path", { d: "M60 11 q7 8 0 16 q-7 -8 0 -16" });
const drop = () => svg("path", { d: "M60 12 q8 13 0 13 q-8 0 0 -13" });
const stroke = () => svg("path", { d: "M58 11 h4 l-1 17 h-2 z" });
const bead = () => svg("circle", { cx: CENTRE, cy: 15, r: 1.7 });

function circle(radius, name) {
  return svg("circle", { cx: CENTRE, cy: CENTRE, r: radius, class: name });
}

function ring(progress) {
  return svg("circle", {
    cx: CENTRE,
    cy: CENTRE,
    r: 57,
    class: "plate-ring",
    pathLength: 100,
    "stroke-dasharray": 100,
    "stroke-dashoffset": 100 - 100 * progress,
    transform: `rotate(-90 ${CENTRE} ${CENTRE})`,
  });
}

/** FNV-1a, 32 bits (RFC 9923). */
function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
