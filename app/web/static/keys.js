// Keys in the queue: j and k go from case to case, Enter opens (a link is in focus). Works without.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, button")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const links = [...document.querySelectorAll("#queue tbody th a")];
  if (!links.length) return;
  const now = document.activeElement.closest("#queue tbody tr");
  const at = links.findIndex((link) => now && now.contains(link));
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  event.preventDefault();
});
