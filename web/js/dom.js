/** Builds elements. Text goes in as text: by the page's policy nothing anywhere parses HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children.
 *
 * `class`, `aria-…`, `data-…` and names without a property are set as attributes, `onclick` and the like as listeners.
 * Children are nodes or texts; null and false are left out.
 */
export function el(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for SVG, where everything is an attribute. */
export function svg(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

/** Puts these children in the place of whatever the element holds. */
export function replace(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(present));
  return element;
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(Infinity).filter(present));
  return element;
}

function set(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (value === true) element.setAttribute(name, "");
  else if (present(value)) element.setAttribute(name, value);
}

function present(value) {
  return value !== null && value !== undefined && value !== false;
}
