/** Small parts that several views share. */

import { el, replace, svg } from "./dom.js";
import { inWords } from "./problem.js";
import { label, mood } from "./statuses.js";

/** An order's state as a word in its colour. */
export function pill(status) {
  return el("span", { class: "pill", "data-mood": mood(status) }, label(status));
}

/** An error in the place of what could not be shown, with a way to try again. */
export function notice(error, again) {
  return el(
    "div",
    { class: "notice", role: "alert" },
    el("p", {}, inWords(error)),
    again && el("button", { type: "button", class: "quiet", onclick: again }, "Try again"),
  );
}

/** A list that grows by its pages: `load(cursor)` gives `{items, cursor}`, `row(item)` an element. */
export async function pages(list, load, row) {
  const more = el("button", { type: "button", class: "quiet more", onclick: () => next() }, "Show more");
  const trouble = el("div");
  let cursor = null;

  async function next() {
    more.disabled = true;
    replace(trouble);
    try {
      const page = await load(cursor);
      const rows = await Promise.all(page.items.map(row));
      list.append(...rows);
      if (cursor) rows[0]?.querySelector("a")?.focus();
      cursor = page.cursor;
      more.hidden = cursor === null;
    } catch (error) {
      if (!cursor) throw error;
      replace(trouble, notice(error));
    }
    more.disabled = false;
  }

  await next();
  return [list, trouble, more];
}

/** How many of one thing: an "Add" button at first, then less and more. `{element, show(quantity)}`. */
export function stepper({ name, most, onchange }) {
  let quantity = 0;
  const button = (text, sign, step, kind) =>
    el("button", { type: "button", class: kind, "aria-label": text, onclick: () => onchange(quantity + step) }, sign);
  const add = button(`Add ${name}`, "Add", 1, "add");
  const less = button(`One ${name} less`, minus(), -1, "round");
  const more = button(`One ${name} more`, plus(), 1, "round");
  const count = el("output", { "aria-label": `${name} in the basket` });
  const several = el("span", { class: "steps" }, less, count, more);

  function show(now) {
    const focused = several.contains(document.activeElement) || add === document.activeElement;
    quantity = now;
    count.textContent = String(now);
    add.hidden = now > 0;
    several.hidden = now === 0;
    more.disabled = now >= most;
    // What has been pressed may be gone or disabled: the keyboard goes on beside it.
    if (focused && (document.activeElement.hidden || !several.contains(document.activeElement))) {
      (now === 0 ? add : more.disabled ? less : more).focus();
    }
  }

  show(0);
  return { element: el("div", { class: "stepper" }, add, several), show };
}

/** Asks a question; whether the answer was yes. */
export function ask(question, yes, no) {
  const dialog = el(
    "dialog",
    { class: "ask", "aria-label": question },
    el(
      "form",
      { method: "dialog" },
      el("p", {}, question),
      el(
        "div",
        { class: "actions" },
        el("button", { value: "no", class: "quiet" }, no),
        el("button", { value: "yes" }, yes),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

const sign = (path) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: path }));
const plus = () => sign("M8 2.5v11M2.5 8h11");
const minus = () => sign("M2.5 8h11");
