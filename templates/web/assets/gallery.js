// Shows an edit as soon as it is saved; without this, a reload does.
"use strict";
(() => {
  const controls = document.querySelector("[data-stamp]");
  const look = async () => {
    try {
      const found = await (await fetch("changed")).json();
      if (found.stamp !== controls.dataset.stamp) location.reload();
    } catch { /* the server may be on its way back */ }
  };
  controls.addEventListener("change", () => controls.submit());
  setInterval(() => { if (!document.hidden) look(); }, 1000);
})();
