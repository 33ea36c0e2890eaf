/** Form parts with their labels and, when something is wrong, a sentence at the very field. */

import { el } from "./dom.js";
import { inWords, Problem } from "./problem.js";

/** A labelled control; `pointer` is where its value stands in the request (RFC 6901), so that answers find back. */
export function field({ label, pointer, control = "input", hint, options, ...attributes }) {
  const id = `field-${attributes.name}`;
  const input = el(control, { id, "data-pointer": pointer, "aria-describedby": `${id}-note`, ...attributes }, options);
  input.addEventListener("input", () => mark(input, ""));
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    input,
    el("p", { id: `${id}-note`, class: "field-note", "data-hint": hint ?? "" }, hint),
  );
}

/** Where a form says what belongs to none of its fields. */
export function formError() {
  return el("p", { class: "form-error", role: "alert" });
}

/** Checks what the browser can check and goes to the first fault; whether all is well. */
export function complete(form) {
  const faulty = [...form.elements].filter((control) => control.willValidate && !control.checkValidity());
  faulty.forEach((control) => mark(control, fault(control)));
  faulty[0]?.focus();
  return faulty.length === 0;
}

/** Shows an error: at the fields that it names, in words at the end of the form otherwise. */
export function showError(form, error) {
  const faults = error instanceof Problem ? error.errors : [];
  const at = (pointer) => form.querySelector(`[data-pointer="${CSS.escape(pointer)}"]`);
  const found = faults.map(({ pointer, detail }) => [at(pointer), detail]);
  const known = found.filter(([control]) => control);
  known.forEach(([control, detail]) => mark(control, detail));
  known[0]?.[0].focus();
  form.querySelector(".form-error").textContent = known.length > 0 ? "" : inWords(error);
}

/** Takes back what was said of an earlier attempt. */
export function clearErrors(form) {
  form.querySelectorAll("[aria-invalid]").forEach((control) => mark(control, ""));
  form.querySelector(".form-error").textContent = "";
}

function mark(control, text) {
  const note = document.getElementById(`${control.id}-note`);
  if (!note) return;
  if (text) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  note.textContent = text || note.dataset.hint;
}

function fault(control) {
  const name = control.labels[0].textContent.toLowerCase();
  return control.validity.valueMissing ? `Please enter the ${name}.` : `Please check the ${name}.`;
}
